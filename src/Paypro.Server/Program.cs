using Paypro.Server;
using Paypro.Server.Platform;

try
{
    return await Application.RunAsync(args);
}
catch (BadSettingException bad)
{
    // One sentence that names the setting, and nothing else: no stack trace, no secret.
    await Console.Error.WriteLineAsync($"Paypro cannot start. {bad.Message}");
    return 2;
}
