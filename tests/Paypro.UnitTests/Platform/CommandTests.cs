using Paypro.Server;
using Paypro.Server.Platform;

namespace Paypro.UnitTests.Platform;

/// <summary>What is typed behind the program's name: commands, and settings with their value. Nothing is passed over in silence.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData("--dmeo")]
    [InlineData("--dmeo --urls http://localhost:8080")]
    [InlineData("--urls http://localhost:8080 demo")]
    [InlineData("--help")]
    [InlineData("--urls")]
    public void WhatIsNoSettingIsRefusedWithWhatThereIs(string typed)
    {
        var bad = Assert.Throws<BadSettingException>(() => Command.CheckSettings(typed.Split(' ')));

        Assert.Contains("is not understood. There are --demo [--again], --migrate-only,", bad.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--urls http://localhost:8080 --Paypro:Sandbox true")]
    [InlineData("--Paypro:Sandbox=true --urls=http://localhost:8080 Logging:LogLevel:Default=Error")]
    public void SettingsWithTheirValueAreTaken(string typed)
    {
        var args = typed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Command.CheckSettings(args);

        Assert.Equal(args, Command.Split(args).Settings);
    }

    /// <summary>A value that comes twice is two settings'.</summary>
    [Fact]
    public void OnlyTheCommandIsTakenOut() =>
        Assert.Equal(("--migrate-only", "--a true --b true"), Command.Split(["--a", "true", "--migrate-only", "--b", "true"]) is var (command, settings) ? (command, string.Join(' ', settings)) : default);
}
