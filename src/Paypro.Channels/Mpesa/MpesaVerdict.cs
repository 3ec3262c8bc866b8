namespace Paypro.Channels.Mpesa;

/// <summary>What an answer to a call that begins something means.</summary>
internal abstract record MpesaVerdict
{
    /// <summary>What merchants read when the channel has a trouble of its own.</summary>
    public const string NotNow = "The channel cannot take it now.";

    /// <summary>What merchants read when the order's own details are not taken.</summary>
    public const string NotThese = "The channel does not take these details of the payer or recipient.";

    /// <summary>What merchants read of an order that was tried and failed at once.</summary>
    public const string Failed = "The channel declined it.";

    private MpesaVerdict() { }

    /// <summary>For the operator, without personal data.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether somebody must look at the account.</summary>
    public bool IsAlarm { get; init; }

    /// <summary>The rail says that it took it.</summary>
    public sealed record Taken(MpesaReply.Answered Answer) : MpesaVerdict;

    /// <summary>The rail has one of this number already.</summary>
    public sealed record Ours : MpesaVerdict;

    /// <summary>The rail certainly has it not.</summary>
    public sealed record Refused(string Reason, DeclineScope Scope = DeclineScope.Order) : MpesaVerdict;

    /// <summary>It cannot be known.</summary>
    public sealed record Open : MpesaVerdict;
}

/// <summary>The table of outcomes. Pure.</summary>
internal static class MpesaVerdicts
{
    /// <summary>The request's values that are an order's own; a refusal of any other is the account's trouble.</summary>
    private static readonly string[] OfOrder = ["PhoneNumber", "PartyA", "PartyB", "Amount", "TransactionID", "Receiver"];

    /// <summary>Judges what came of a call that begins something.</summary>
    public static MpesaVerdict Judge(Direction direction, MpesaReply reply) => reply switch
    {
        MpesaReply.NeverSent never => Elsewhere(never.Reason, isAlarm: true),
        MpesaReply.Answered answer => Judge(direction, answer),
        _ => new MpesaVerdict.Open { Detail = reply.Why },
    };

    private static MpesaVerdict Judge(Direction direction, MpesaReply.Answered answer)
    {
        var why = answer.Why;
        if (answer.ResponseCode is { } code)
        {
            return code == "0" ? new MpesaVerdict.Taken(answer) { Detail = why } : new MpesaVerdict.Refused(MpesaVerdict.Failed) { Detail = why, IsAlarm = true };
        }

        if (answer.IsNotAllowed)
        {
            return Elsewhere(why, isAlarm: true);
        }

        return answer.Problem switch
        {
            null => new MpesaVerdict.Open { Detail = why },
            { IsOfToken: true } or { IsOfCall: true } or { IsOfMerchant: true } => Elsewhere(why, isAlarm: true),
            { IsOfValue: true } problem => Array.Exists(OfOrder, problem.Says) ? new MpesaVerdict.Refused(MpesaVerdict.NotThese) { Detail = why } : Elsewhere(why, isAlarm: true),
            { IsOfPace: true } => Elsewhere(why, isAlarm: false),
            { IsLocked: true } when direction == Direction.PayIn => new MpesaVerdict.Refused("M-PESA is asking this payer for another payment; try again in a minute.") { Detail = why },
            { IsBusy: true } when direction == Direction.PayIn => Elsewhere(why, isAlarm: false),
            { IsDuplicate: true } when direction == Direction.Payout => new MpesaVerdict.Ours { Detail = why },
            _ => new MpesaVerdict.Open { Detail = why },
        };
    }

    private static MpesaVerdict.Refused Elsewhere(string detail, bool isAlarm) => new(MpesaVerdict.NotNow, DeclineScope.Channel) { Detail = detail, IsAlarm = isAlarm };
}
