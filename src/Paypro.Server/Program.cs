using Paypro.Server;
using Paypro.Server.Platform;

try
{
    return await Application.RunAsync(args);
}
catch (BadSettingException bad)
{
    // One sentence that names the setting, and nothing else: no stack trace, no secret. What a database says may have several lines.
    await Console.Error.WriteLineAsync($"Paypro cannot start. {string.Join(' ', bad.Message.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))}");
    return 2;
}
