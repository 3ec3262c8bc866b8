using Npgsql;
using OpenTelemetry.Trace;

namespace Paypro.Server.Storage;

/// <summary>The spans of whichever engine has any.</summary>
internal static class DatabaseSpans
{
    public static TracerProviderBuilder AddDatabase(this TracerProviderBuilder traces) => traces.AddNpgsql();
}
