namespace Paypro.Simulation;

/// <summary>
/// How often things go wrong in one run. Every seed draws its own, so that some runs are calm but for one fault, and some have
/// all of them. Each is a probability per opportunity.
/// </summary>
internal sealed record Weather
{
    /// <summary>The node is killed when a batch stands before its transaction.</summary>
    public double CrashBeforeCommit { get; init; }

    /// <summary>The node is killed after COMMIT, before anybody was answered.</summary>
    public double CrashAfterCommit { get; init; }

    /// <summary>The database refuses: certainly nothing was stored.</summary>
    public double CommitFails { get; init; }

    /// <summary>COMMIT happened, and its reply was lost for good.</summary>
    public double DoubtStored { get; init; }

    /// <summary>COMMIT did not happen, and nobody could find out.</summary>
    public double DoubtNotStored { get; init; }

    /// <summary>The reply to COMMIT is lost, or COMMIT itself on its way, and the database can be asked what became of it.</summary>
    public double CommitLost { get; init; }

    /// <summary>The answer to such a question is lost, after the database has done what was asked.</summary>
    public double ProbeLost { get; init; }

    /// <summary>The node is killed between two continuations: at any <c>await</c>.</summary>
    public double CrashAnywhere { get; init; }

    /// <summary>The node stands still for up to some minutes and then goes on, not knowing it. Per hour.</summary>
    public double PausesPerHour { get; init; }

    /// <summary>The same, right after COMMIT: between what was decided and what is done about it.</summary>
    public double PauseAfterCommit { get; init; }

    /// <summary>The same before a send, for longer than its lease: between the right to send and the sending.</summary>
    public double PauseBeforeSend { get; init; }

    /// <summary>A send's request never arrives.</summary>
    public double RequestLost { get; init; }

    /// <summary>A send's answer never arrives.</summary>
    public double AnswerLost { get; init; }

    /// <summary>A send's request arrives long after the caller has given up.</summary>
    public double RequestLate { get; init; }

    /// <summary>The rail declines.</summary>
    public double Declines { get; init; }

    /// <summary>The rail declines for a trouble of its own, before it took anything.</summary>
    public double ChannelDeclines { get; init; }

    /// <summary>What our pots for payouts hold at first, and what is brought to them now and then, minor units; 0: as much as is needed.</summary>
    public long PotMinor { get; init; }

    /// <summary>Somebody else takes money out of a pot, unless there was none to bring. Per time that money is brought.</summary>
    public double PotDrained { get; init; }

    /// <summary>A rail for whose send our money does not suffice takes it first, and cancels it afterwards.</summary>
    public double FundsLater { get; init; }

    /// <summary>A query is not answered.</summary>
    public double QueryFails { get; init; }

    /// <summary>A callback is told twice, or more often.</summary>
    public double CallbackTwice { get; init; }

    /// <summary>A callback takes hours.</summary>
    public double CallbackLate { get; init; }

    /// <summary>A callback never comes, however often the rail would send it.</summary>
    public double CallbackLost { get; init; }

    /// <summary>Our answer to a callback never reaches the rail, which sends it again.</summary>
    public double CallbackAnswerLost { get; init; }

    /// <summary>Somebody who is not the rail says that an order was paid.</summary>
    public double Forged { get; init; }

    /// <summary>A merchant's server answers wrongly, late or not at all.</summary>
    public double ReceiverFails { get; init; }

    /// <summary>Draws one.</summary>
    public static Weather Draw(Random random)
    {
        return new()
        {
            CrashBeforeCommit = Some(0.004), CrashAfterCommit = Some(0.004), CommitFails = Some(0.02), DoubtStored = Some(0.02), DoubtNotStored = Some(0.02),
            CrashAnywhere = Some(0.0005), PausesPerHour = Some(1), PauseAfterCommit = Some(0.02), PauseBeforeSend = Some(0.05),
            RequestLost = Some(0.2), AnswerLost = Some(0.3), RequestLate = Some(0.2), Declines = Some(0.2), QueryFails = Some(0.4),
            CallbackTwice = Some(0.4), CallbackLate = Some(0.3), Forged = Some(0.2), ReceiverFails = Some(0.5), CommitLost = Some(0.02), ProbeLost = Some(0.7),
            CallbackLost = Some(0.4), CallbackAnswerLost = Some(0.3),
            ChannelDeclines = Some(0.4), PotMinor = random.Next(4) == 0 ? 0 : (500 + random.Next(4000)) * 100L, PotDrained = Some(0.6), FundsLater = Some(1),
        };

        // Two of three faults are there, from seldom to often.
        double Some(double most) => random.Next(3) == 0 ? 0 : most * random.NextDouble();
    }

    /// <summary>Nothing goes wrong any more: the end of a run, when everything has to come to rest.</summary>
    public static Weather Calm { get; } = new();
}
