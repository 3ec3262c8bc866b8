using System.Net;

namespace Paypro.Channels.Pix;

/// <summary>What an answer to a call that creates something means.</summary>
internal abstract record PixVerdict
{
    /// <summary>What merchants read when the channel has a trouble of its own.</summary>
    public const string NotNow = "The channel cannot take it now.";

    /// <summary>What merchants read when the order's own details are not taken.</summary>
    public const string NotThese = "The channel does not take these details of the payer or recipient.";

    /// <summary>What merchants read of an order that was tried and failed at once.</summary>
    public const string Failed = "The channel declined it.";

    private PixVerdict() { }

    /// <summary>For the operator, without personal data.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether somebody must look at the account.</summary>
    public bool IsAlarm { get; init; }

    /// <summary>The bank says that it took it; its body is still to be read.</summary>
    public sealed record Taken(PixReply.Answered Answer) : PixVerdict;

    /// <summary>The bank has one of this number already: what it has is asked for.</summary>
    public sealed record Ours : PixVerdict;

    /// <summary>The bank certainly has it not.</summary>
    public sealed record Refused(string Reason, DeclineScope Scope = DeclineScope.Order) : PixVerdict;

    /// <summary>It cannot be known.</summary>
    public sealed record Open : PixVerdict;
}

/// <summary>The table of outcomes. Pure.</summary>
internal static class PixVerdicts
{
    /// <summary>Judges what came of a call that creates something.</summary>
    /// <param name="account">Names the errors that speak of our funds.</param>
    /// <param name="direction">What was created. A charge that is wrongly taken for refused harms nobody; money that went out does.</param>
    /// <param name="reply">What came.</param>
    public static PixVerdict Judge(PixAccount account, Direction direction, PixReply reply) => reply switch
    {
        PixReply.NeverSent never => Elsewhere(never.Reason, isAlarm: true),
        PixReply.Answered answer => Judge(account, direction, answer),
        _ => new PixVerdict.Open { Detail = reply.Why },
    };

    private static PixVerdict Judge(PixAccount account, Direction direction, PixReply.Answered answer)
    {
        var problem = answer.Problem;
        if (problem is { IsDuplicate: true } || answer.Status == (int)HttpStatusCode.Conflict)
        {
            return new PixVerdict.Ours { Detail = answer.Why };
        }

        if (direction == Direction.Payout && problem is not null && answer.Status is >= 400 and < 500 && account.FundsErrors.Contains(problem.Name))
        {
            return new PixVerdict.Refused(PixVerdict.NotNow, DeclineScope.Funds) { Detail = answer.Why, IsAlarm = true };
        }

        return answer.Status switch
        {
            200 or 201 => new PixVerdict.Taken(answer) { Detail = answer.Why },
            401 => Elsewhere(answer.Why, isAlarm: true),
            403 when problem is not null => Elsewhere(answer.Why, isAlarm: true),
            429 when problem is not null => Elsewhere(answer.Why, isAlarm: false),
            422 when problem is { Name: "pagamento_negado" } => new PixVerdict.Refused(PixVerdict.Failed) { Detail = answer.Why },
            404 when problem is { Name: "chave_favorecido_nao_encontrada" } => new PixVerdict.Refused(PixVerdict.NotThese) { Detail = answer.Why },
            400 or 404 or 410 when problem is { IsNotFound: true } => direction == Direction.Refund
                ? new PixVerdict.Refused(PixVerdict.Failed) { Detail = answer.Why } : Elsewhere(answer.Why, isAlarm: true),
            400 when problem is { IsCertain: true } || (problem is not null && direction == Direction.PayIn && problem.Name != "erro_aplicacao") =>
                new PixVerdict.Refused(direction == Direction.Refund ? PixVerdict.Failed : PixVerdict.NotThese) { Detail = answer.Why, IsAlarm = direction == Direction.PayIn },
            _ => new PixVerdict.Open { Detail = answer.Why },
        };
    }

    private static PixVerdict.Refused Elsewhere(string detail, bool isAlarm) => new(PixVerdict.NotNow, DeclineScope.Channel) { Detail = detail, IsAlarm = isAlarm };
}
