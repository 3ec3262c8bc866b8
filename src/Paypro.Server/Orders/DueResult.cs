using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>What the one who took a due order has to do now.</summary>
internal enum DueAction
{
    /// <summary>Somebody else did, or nothing is left to do.</summary>
    Nothing,

    /// <summary>Send, before the lease ends. Given to exactly one caller for each attempt.</summary>
    Send,

    /// <summary>Ask the rail; never send.</summary>
    Query,
}

/// <summary>What came of taking a due order.</summary>
internal sealed record DueResult(DueAction Action, OrderRow? Order, AttemptRow? Attempt)
{
    /// <summary>A pay-in: the attempts to ask about.</summary>
    public IReadOnlyList<AttemptRow> Asked { get; init; } = [];
}

/// <summary>When an outcome that we do not know is asked for again.</summary>
internal static class QuerySchedule
{
    /// <summary>2 s, 4 s, 8 s … at most 10 minutes apart.</summary>
    public static long AfterMs(int queries) => Math.Min(2_000L << Math.Min(queries, 9), 600_000);
}
