using System.Diagnostics;

namespace Paypro.Server.Platform;

/// <summary>The source of our own spans.</summary>
internal static class Tracing
{
    public const string Name = "Paypro";
    public static readonly ActivitySource Source = new(Name);
}
