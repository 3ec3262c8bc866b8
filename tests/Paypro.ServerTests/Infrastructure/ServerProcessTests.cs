using System.Net;

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

    [Fact]
    public async Task ComesBackOnItsPortAfterAKillAndEndsInOrderOnSigterm()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite);
        var first = await ServerProcess.StartAsync(new ServerStart { Database = database });
        await using (first)
        {
            first.Kill();
            Assert.False(first.IsRunning);
        }

        await using var second = await ServerProcess.StartAsync(first.Start);
        Assert.Equal(first.BaseAddress, second.BaseAddress);
        second.Pause();
        var answer = second.Http.GetAsync(new Uri("health/live", UriKind.Relative));
        await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(TimeSpan.FromMilliseconds(300), TimeProvider.System));
        second.Continue();
        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);

        var exit = await second.StopAsync();
        Assert.Equal(0, exit.Code);
    }
}
