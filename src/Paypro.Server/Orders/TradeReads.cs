using System.Diagnostics;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>
/// Questions for orders by the merchant's number, asked of the database together: a statement for thirty costs little more than one for
/// one. A question is taken before its statement begins, so the answer knows all that was committed before it was asked.
/// </summary>
internal sealed class TradeReads(IOrderReads reads)
{
    /// <summary>Statements under way at once. Whatever comes meanwhile waits for the next.</summary>
    public const int AtOnce = 4;

    /// <summary>Keys of one statement.</summary>
    public const int Most = 200;

    private readonly Lock _lock = new();
    private readonly Queue<Question> _waiting = [];
    private int _readers;

    /// <returns>Null when there is no such order.</returns>
    public Task<OrderRow?> FindAsync(TradeKey key)
    {
        var question = new Question(key);
        lock (_lock)
        {
            _waiting.Enqueue(question);
            if (_readers == AtOnce)
            {
                return question.Answer.Task;
            }

            _readers++;
        }

        _ = ReadAsync();
        return question.Answer.Task;
    }

    private async Task ReadAsync()
    {
        // The statement is nobody's in particular, as a batch is.
        Activity.Current = null;
        while (Take() is { } questions)
        {
            await AnswerAsync(questions);

            // An embedded database answers without waiting: the thread that asked first is not kept for those who came after it.
            await Task.Yield();
        }
    }

    private List<Question>? Take()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _readers--;
                return null;
            }

            var taken = new List<Question>(Math.Min(_waiting.Count, Most));
            while (taken.Count < Most && _waiting.TryDequeue(out var question))
            {
                taken.Add(question);
            }

            return taken;
        }
    }

    private async Task AnswerAsync(List<Question> questions)
    {
        try
        {
            var rows = await reads.ByTradeAsync(questions.Select(static q => q.Key).ToHashSet(), CancellationToken.None);
            var found = rows.ToDictionary(static o => o.TradeKey);
            questions.ForEach(q => q.Answer.SetResult(found.GetValueOrDefault(q.Key)));
        }
#pragma warning disable CA1031 // The reader must live; whatever happened is the answer of those who asked.
        catch (Exception error)
#pragma warning restore CA1031
        {
            questions.ForEach(q => q.Answer.TrySetException(error));
        }
    }

    private sealed record Question(TradeKey Key)
    {
        public TaskCompletionSource<OrderRow?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
