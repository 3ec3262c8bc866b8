using Microsoft.Extensions.Logging;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Storage;

/// <summary>How a batch that fails is taken apart, on either engine.</summary>
public sealed class BatchRunTests
{
    private readonly LineLog _log = new();
    private readonly List<int> _tried = [];

    [Fact]
    public async Task OnlyThePoisonedCommandFailsAndItIsLoggedOnce()
    {
        var commands = Commands(5);

        await RunAsync(commands, alone => alone == 2 ? new NotSupportedException("poison") : null);

        Assert.Equal(["stored", "stored", "failed NotSupportedException", "stored", "stored"], await AnswersAsync(commands));
        Assert.Equal([-5, 0, 1, 2, 3, 4], _tried);
        Assert.Equal(2, _log.Lines.Count);
        Assert.StartsWith("Warning: A batch of 5 met NotSupportedException (the batch)", _log.Lines[0], StringComparison.Ordinal);
        Assert.Equal("Error: A command Plain failed alone", _log.Lines[1]);
    }

    /// <summary>The writer logs it, since it is the whole batch.</summary>
    [Fact]
    public async Task OneCommandIsNotTriedAgain()
    {
        var error = await Assert.ThrowsAsync<WriteFailedException>(() => RunAsync(Commands(1), _ => new NotSupportedException("poison")));

        Assert.IsType<NotSupportedException>(error.InnerException);
        Assert.Equal([0], _tried);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task TroubleOfTheDatabaseIsNobodysPoison()
    {
        var commands = Commands(3);

        await Assert.ThrowsAsync<WriteFailedException>(() => RunAsync(commands, _ => null, () => new WriteFailedException(new IOException())));
        await Assert.ThrowsAsync<WriteInDoubtException>(() => RunAsync(commands, _ => null, () => new WriteInDoubtException(new IOException())));

        Assert.Equal([-3, -3], _tried);
    }

    /// <summary>Each would wait for the database as long as the first did.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhenTheDatabaseGoesAwayTheRestIsNotTried(bool inDoubt)
    {
        var commands = Commands(4);

        await RunAsync(commands, alone => alone != 1 ? null : inDoubt ? new WriteInDoubtException(new IOException()) : new WriteFailedException(new IOException()));

        var rest = inDoubt ? "failed WriteInDoubtException" : "failed IOException";
        Assert.Equal(["stored", inDoubt ? "in doubt" : "failed IOException", rest, rest], await AnswersAsync(commands));
        Assert.Equal([-4, 0, 1], _tried);
    }

    private static Plain[] Commands(int count) => [.. Enumerable.Range(0, count).Select(no => new Plain(no))];

    /// <summary>What the writer does with them afterwards.</summary>
    private static async Task<List<string>> AnswersAsync(Plain[] commands)
    {
        var answers = new List<string>();
        foreach (var command in commands)
        {
            command.Answer();
            answers.Add(await Record.ExceptionAsync(() => command.Done) switch
            {
                null => "stored",
                WriteFailedException failed => $"failed {failed.InnerException!.GetType().Name}",
                WriteInDoubtException => "in doubt",
                var other => other.ToString(),
            });
        }

        return answers;
    }

    private Task RunAsync(Plain[] commands, Func<int, Exception?> alone, Func<Exception>? together = null) => BatchRun.RunAsync(
        commands,
        batch =>
        {
            _tried.Add(batch.Count == 1 ? ((Plain)batch[0]).No : -batch.Count);
            var error = batch.Count == 1 ? alone(((Plain)batch[0]).No) : together?.Invoke() ?? new NotSupportedException("the batch");
            return error is null ? Task.CompletedTask : Task.FromException(error);
        },
        _log);

    private sealed class Plain(int no) : WriteCommand<int>
    {
        public int No => no;

        public override short Bucket => 0;

        public override void Declare(Needs needs)
        {
        }

        protected override int Decide(BatchState state) => no;
    }

    private sealed class LineLog : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
