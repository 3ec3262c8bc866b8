namespace Paypro.ServerTests.Infrastructure;

/// <summary>The real program, started and stopped as an operator would.</summary>
public sealed class ServerProcessTests
{
    [Fact]
    public async Task AServerThatCannotStartSaysWhy()
    {
        var exit = await ServerProcess.RunToExitAsync(new ServerStart { Arguments = ["--urls", "nonsense"] });

        Assert.NotEqual(0, exit.Code);
        Assert.Contains("nonsense", exit.Output, StringComparison.Ordinal);
    }
}
