namespace Paypro.Channels.DLocal;

/// <summary>What an answer to a call that creates something means.</summary>
internal abstract record DLocalVerdict
{
    /// <summary>What merchants read when the channel has a trouble of its own.</summary>
    public const string NotNow = "The channel cannot take it now.";

    /// <summary>What merchants read when the order's own details are not taken.</summary>
    public const string NotThese = "The channel does not take these details of the payer or recipient.";

    /// <summary>What merchants read when the amount is not taken.</summary>
    public const string NotSoMuch = "The amount is more or less than the channel takes.";

    /// <summary>What merchants read of an order that was tried and failed at once.</summary>
    public const string Failed = "The channel declined it.";

    private DLocalVerdict() { }

    /// <summary>For the operator, without personal data.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether somebody must look at the account.</summary>
    public bool IsAlarm { get; init; }

    /// <summary>The rail says that it took it; its body is still to be read.</summary>
    public sealed record Taken(DLocalReply.Answered Answer) : DLocalVerdict;

    /// <summary>The rail has one of this number already: what it has is asked for.</summary>
    public sealed record Ours : DLocalVerdict;

    /// <summary>The rail certainly has it not.</summary>
    public sealed record Refused(string Reason, DeclineScope Scope = DeclineScope.Order) : DLocalVerdict
    {
        /// <summary>Why, where merchants have a code for it.</summary>
        public Protocol.Countries.FailureCause Cause { get; init; }
    }

    /// <summary>It cannot be known.</summary>
    public sealed record Open : DLocalVerdict;
}

/// <summary>The table of outcomes. The two APIs give the same numbers other meanings, so that each has a table of its own. Pure.</summary>
internal static class DLocalVerdicts
{
    /// <summary>Judges what came of a call that creates something. A refusal counts only with a number and a status that the documentation lists together.</summary>
    public static DLocalVerdict Judge(Direction direction, DLocalReply reply) => reply switch
    {
        DLocalReply.NeverSent never => Elsewhere(never.Reason, isAlarm: true),
        DLocalReply.Answered { Status: 200 or 201, Problem: null } answer => new DLocalVerdict.Taken(answer) { Detail = answer.Why },
        DLocalReply.Answered { Status: 401 } answer when direction == Direction.Payout => Elsewhere(answer.Why, isAlarm: true),
        DLocalReply.Answered answer => direction == Direction.Payout ? OfPayout(answer) : OfPayment(direction, answer),
        _ => new DLocalVerdict.Open { Detail = reply.Why },
    };

    /// <summary>Whether the rail says in its own form that it has no such thing. A bare 404 is an address that is not there.</summary>
    public static bool IsNotFound(Direction direction, DLocalReply reply) => reply is DLocalReply.Answered { Problem: { } problem } answer && (direction switch
    {
        Direction.Payout => answer.Status is 400 or 404 && problem.Code == 5009,
        Direction.Refund => answer.Status == 404 && problem.Code is 4000 or 4001,
        _ => answer.Status == 404 && problem.Code == 4000,
    });

    private static DLocalVerdict OfPayment(Direction direction, DLocalReply.Answered answer) => (answer.Status, answer.Problem?.Code) switch
    {
        (400, 5009) when direction == Direction.PayIn => new DLocalVerdict.Ours { Detail = answer.Why },
        (403, 3001 or 3002 or 3003) => Elsewhere(answer.Why, isAlarm: true),
        (400, 5003 or 5004 or 5013 or 5017) => Elsewhere(answer.Why, isAlarm: true),
        (429, 6000) => Elsewhere(answer.Why, isAlarm: false),
        (400, 5012) when direction == Direction.Refund => Funds(answer),
        (404, 4000 or 4001) when direction == Direction.Refund => new DLocalVerdict.Refused(DLocalVerdict.Failed) { Detail = answer.Why },
        (400, 5007 or 5016) => new DLocalVerdict.Refused(DLocalVerdict.NotSoMuch) { Detail = answer.Why },
        (400, 5000 or 5001 or 5005 or 5006 or 5008 or 5014) => new DLocalVerdict.Refused(DLocalVerdict.NotThese) { Detail = answer.Why, IsAlarm = answer.Problem!.Code is 5000 or 5001 },
        _ => new DLocalVerdict.Open { Detail = answer.Why },
    };

    private static DLocalVerdict OfPayout(DLocalReply.Answered answer) => (answer.Status, answer.Problem?.Code) switch
    {
        (400, 5011) => new DLocalVerdict.Ours { Detail = answer.Why },
        (400, 5014) => Funds(answer),
        (403, 4001 or 4002) => Elsewhere(answer.Why, isAlarm: true),
        (400, 5007) => Elsewhere(answer.Why, isAlarm: true),
        (400, 5008) => new DLocalVerdict.Refused(DLocalVerdict.NotSoMuch) { Detail = answer.Why },
        (400, 3000 or 3001 or 3003) => new DLocalVerdict.Refused(DLocalVerdict.NotThese) { Detail = answer.Why, IsAlarm = true },
        (400, 5012 or 5013 or 5015) => new DLocalVerdict.Refused(DLocalVerdict.Failed) { Detail = answer.Why },
        _ => new DLocalVerdict.Open { Detail = answer.Why },
    };

    private static DLocalVerdict.Refused Elsewhere(string detail, bool isAlarm) => new(DLocalVerdict.NotNow, DeclineScope.Channel) { Detail = detail, IsAlarm = isAlarm };

    private static DLocalVerdict.Refused Funds(DLocalReply.Answered answer) => new(DLocalVerdict.NotNow, DeclineScope.Funds) { Detail = answer.Why, IsAlarm = true };
}
