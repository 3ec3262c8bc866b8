using Paypro.Client;

namespace Paypro.ServerTests.Clients;

/// <summary>What an answer or a notification tells of an order.</summary>
internal sealed record Told(string TradeNo, string Number, OrderState State);

/// <summary>A country's client in one shape, so that one test makes the calls of all.</summary>
internal abstract class ContractCalls
{
    public abstract Task<Told> PayInAsync(string tradeNo, Uri notifyUrl);

    public abstract Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl);

    public abstract Task<Told> QueryPayInAsync(string tradeNo);

    public abstract Task<Told> QueryPayoutAsync(string tradeNo);

    public abstract Task<decimal> AvailableAsync();

    /// <returns>Null when the notification is refused.</returns>
    public abstract Told? ReadPayIn(byte[] body, string path, string? header);

    /// <returns>Null when the notification is refused.</returns>
    public abstract Told? ReadPayout(byte[] body, string path, string? header);

    protected static Told Tell<T>(PayproAnswer<T> answer, Func<T, Told> read)
        where T : class
    {
        Assert.True(answer.IsAccepted, answer.Message);
        return read(answer.Data);
    }
}
