using Paypro.Server.Platform;

namespace Paypro.Server.Calls;

/// <summary>Registers the room.</summary>
internal static class CallsSetup
{
    /// <summary>What every process has that answers merchants' calls.</summary>
    public static void AddCalls(this IServiceCollection services)
    {
        services.AddSingleton<CallLog>();
        services.AddSingleton<CallWriter>();
        services.AddSingleton<KeyUses>();
        services.AddLoop("call log", s => s.GetRequiredService<CallWriter>().RunOnceAsync, CallWriter.Every);
        services.AddLoop("key uses", s => s.GetRequiredService<KeyUses>().RunOnceAsync, KeyUses.Every);
    }

    public static void AddCallLoops(this IServiceCollection services) =>
        services.AddLoop("old calls", s => s.GetRequiredService<CallWriter>().ForgetAsync, CallWriter.ForgetEvery);
}
