namespace Paypro.Simulation;

/// <summary>What a run did.</summary>
internal sealed record RunSummary(int Seed, double Hours, ulong TraceHash, long Steps, int Commits, int Crashes, int Orders, int Sends, int NotificationsTaken, int Movements, int Refunds, int Resumed)
{
    /// <summary>Disputes that were won or lost.</summary>
    public int Disputes { get; init; }

    /// <summary>Withdrawals that a rail paid.</summary>
    public int Withdrawals { get; init; }

    /// <summary>Orders that a person sent on.</summary>
    public int Retried { get; init; }
}
