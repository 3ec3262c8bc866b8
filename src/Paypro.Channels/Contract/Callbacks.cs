using System.Collections.Frozen;

namespace Paypro.Channels;

/// <summary>A callback as it came in.</summary>
public sealed record CallbackRequest
{
    /// <summary>Upper case: <c>POST</c>, <c>PUT</c>, <c>GET</c>.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>What follows the account's own address: empty, or beginning with a slash.</summary>
    public string Path { get; init; } = "";

    /// <summary>The whole path as it was called, for rails that sign it.</summary>
    public string FullPath { get; init; } = "";

    /// <summary>As it was called, with its question mark; empty when there is none.</summary>
    public string Query { get; init; } = "";

    /// <summary>Names are compared without regard to case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The raw body, at most 64 KiB.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Who called, as text; empty when it is not known.</summary>
    public string RemoteAddress { get; init; } = "";

    /// <summary>The certificate that the caller showed, verified against its authority by whoever ended TLS; null when there was none.</summary>
    public CallerCertificate? ClientCertificate { get; init; }

    /// <summary>Unix milliseconds UTC.</summary>
    public long ReceivedAtMs { get; init; }

    /// <summary>A header's value; null when it is not there.</summary>
    public string? Header(string name) =>
        Headers.TryGetValue(name, out var exact) ? exact : Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>A caller's certificate.</summary>
/// <param name="Subject">As the certificate writes it.</param>
/// <param name="Sha256">Of the whole certificate, lower-case hex.</param>
public sealed record CallerCertificate(string Subject, string Sha256);

/// <summary>What a rail hears.</summary>
/// <param name="Status">200 to 599.</param>
/// <param name="Body">Empty for none.</param>
/// <param name="ContentType">Of the body.</param>
public sealed record ChannelAnswer(int Status, string Body = "", string ContentType = "application/json")
{
    /// <summary>200 with a plain text.</summary>
    public static ChannelAnswer Ok(string text) => new(200, text, "text/plain");
}

/// <summary>What came of one observation of a callback.</summary>
public enum StatementResult : short
{
    /// <summary>It is in the books, now or since earlier.</summary>
    Applied = 1,

    /// <summary>Its money is in suspense: it belongs to no order, or its order does not take it.</summary>
    Suspense = 2,

    /// <summary>It is stored and not booked; a person looks at it.</summary>
    Case = 3,

    /// <summary>It is stored and waits for another statement. The rail should come again.</summary>
    Waiting = 4,
}

/// <summary>What a callback says, and what the rail wants to hear.</summary>
public abstract record CallbackReading
{
    private CallbackReading() { }

    /// <summary>Authentic statements. All are applied before the answer is made of what came of them, in their order.</summary>
    /// <param name="Observations">May be empty: an authentic callback about nothing of ours.</param>
    /// <param name="Answer">Makes the answer. Pure. Not called when applying failed or something waits: that is 503 for every rail.</param>
    public sealed record Statements(IReadOnlyList<Observation> Observations, Func<IReadOnlyList<StatementResult>, ChannelAnswer> Answer) : CallbackReading
    {
        /// <summary>Statements whose answer is always the same.</summary>
        public Statements(IReadOnlyList<Observation> observations, ChannelAnswer answer)
            : this(observations, _ => answer)
        {
        }

        /// <summary>
        /// Answered instead, with nothing applied, when no order of the account ever had the reference of any of the observations, and none of their movements is booked: for rails that send
        /// money back to its payer by the answer. Null where such money goes into suspense.
        /// </summary>
        public ChannelAnswer? IfNobodys { get; init; }
    }

    /// <summary>
    /// Readable, but anybody could have sent it, or it tells a total: only a reason to query these attempts now. Nothing is booked by it.
    /// </summary>
    /// <param name="About">What it says of each attempt. The first <see cref="Hint.MostKept"/> of each attempt are kept: a query that confirms the payment is booked with their receipt.</param>
    /// <param name="Answer">Given when the rail has been asked, or when asking was not possible.</param>
    public sealed record Hint(IReadOnlyList<Observation> About, ChannelAnswer Answer) : CallbackReading
    {
        /// <summary>Hints kept for one attempt.</summary>
        public const int MostKept = 4;
    }

    /// <summary>Authentic, and a question about an order of ours: nothing changes by it.</summary>
    /// <param name="Direction">Of the order.</param>
    /// <param name="Reference">The attempt's reference, or the number shown to the payer.</param>
    /// <param name="Answer">Makes the answer from the order; null when no open order has the reference. Pure.</param>
    public sealed record Question(Direction Direction, string Reference, Func<QuestionedOrder?, ChannelAnswer> Answer) : CallbackReading;

    /// <summary>What the account holds, as it was asked for with <see cref="IBalances.AskBalancesAsync"/>.</summary>
    /// <param name="Mark">Of the question.</param>
    /// <param name="Told">As <see cref="IBalances.BalancesAsync"/> gives it.</param>
    /// <param name="Answer">Given when it is stored, or is not the newest question's any more.</param>
    public sealed record Balances(string Mark, IReadOnlyList<PotBalance> Told, ChannelAnswer Answer) : CallbackReading;

    /// <summary>Answered at once from what the session knows: a token of ours for the rail, a probe of the address. Nothing changes.</summary>
    public sealed record Reply(ChannelAnswer Answer) : CallbackReading;

    /// <summary>Forged or unreadable; counted, nothing changes. Nothing of it is logged but the reason.</summary>
    /// <param name="Answer">401 or 400, with the body that the rail's own rules ask for.</param>
    /// <param name="Reason">One sentence for the operator, without anything of the callback.</param>
    public sealed record Refused(ChannelAnswer Answer, string Reason) : CallbackReading
    {
        /// <summary>Refused without a body.</summary>
        public Refused(int status, string reason)
            : this(new ChannelAnswer(status), reason)
        {
        }
    }
}

/// <summary>An order that a rail asks about before it takes the payer's money.</summary>
public sealed record QuestionedOrder
{
    /// <summary>Whether it takes money now: not ended, not paid, not expired.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>The way code.</summary>
    public required string Way { get; init; }

    /// <summary>What is still to be paid, minor units.</summary>
    public required long DueMinor { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Unix milliseconds UTC.</summary>
    public required long ExpiresAtMs { get; init; }

    /// <summary>The merchant's display name.</summary>
    public required string MerchantName { get; init; }
}
