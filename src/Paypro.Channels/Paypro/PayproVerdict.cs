using System.Text.RegularExpressions;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Paypro;

/// <summary>What an answer to a creation means.</summary>
internal abstract record PayproVerdict
{
    /// <summary>What merchants read when the channel has a trouble of its own.</summary>
    public const string NotNow = "The channel cannot take it now.";

    /// <summary>What merchants read when the order's own details are not taken.</summary>
    public const string NotThese = "The channel does not take these details of the payer or recipient.";

    /// <summary>What merchants read of an order that was tried and failed at once.</summary>
    public const string Failed = "The channel declined it.";

    private PayproVerdict() { }

    /// <summary>For the operator, without personal data; empty for nothing.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether somebody must look at the account.</summary>
    public bool IsAlarm { get; init; }

    /// <summary>The upstream has it.</summary>
    public sealed record Taken(PayproAnswer Answer) : PayproVerdict;

    /// <summary>It certainly has it not.</summary>
    public sealed record Refused(string Reason, FailureCause Cause = FailureCause.Unspecified, DeclineScope Scope = DeclineScope.Order) : PayproVerdict;

    /// <summary>It cannot be known.</summary>
    public sealed record Open(string RailId = "") : PayproVerdict;
}

/// <summary>The table of outcomes of a creation, for both flavours. Pure.</summary>
internal static partial class PayproVerdicts
{
    /// <summary>Judges what came of a creation.</summary>
    /// <param name="account">Its flavour decides how much is certain.</param>
    /// <param name="operation">What was called; null for an operation of our own software.</param>
    /// <param name="direction">What was created.</param>
    /// <param name="reference">Ours; an answer about another order is nonsense.</param>
    /// <param name="reply">What came.</param>
    public static PayproVerdict Judge(PayproAccount account, Operation? operation, Direction direction, string reference, PayproReply reply) => reply switch
    {
        PayproReply.NeverSent never => new PayproVerdict.Refused(PayproVerdict.NotNow, Scope: DeclineScope.Channel) { Detail = never.Why, IsAlarm = true },
        PayproReply.Silence silence => new PayproVerdict.Open { Detail = silence.Why },
        PayproReply.Answered { Answer: var answer } => Judge(account, operation, direction, reference, answer),
        _ => throw new InvalidOperationException("There is no such reply."),
    };

    /// <summary>Whose trouble a refused field is: an account or an identity that is not taken here is taken nowhere.</summary>
    public static DeclineScope ScopeOf(Operation? operation, string sentence)
    {
        var colon = sentence.IndexOf(':', StringComparison.Ordinal);
        var field = colon < 0 ? null : operation?.Fields.FirstOrDefault(field => field.Name == sentence[..colon]);
        return field?.Role is FieldRole.Account or FieldRole.AccountType or FieldRole.Identity or FieldRole.IdentityType
            && !sentence.EndsWith("is required", StringComparison.Ordinal)
            ? DeclineScope.Order
            : DeclineScope.Channel;
    }

    private static PayproVerdict Judge(PayproAccount account, Operation? operation, Direction direction, string reference, PayproAnswer answer)
    {
        if (answer.IsAccepted)
        {
            return Accepted(account, direction, reference, answer);
        }

        var detail = Detail(answer);
        return (answer.HttpStatus, answer.Code, account.IsOwn) switch
        {
            (200, ResponseCode.Refused, true) => OwnRefused(operation, answer.Message, detail),
            (200, ResponseCode.Refused, false) => OriginalRefused(operation, direction, answer.Message, detail),
            (200, ResponseCode.Failed, true) => Elsewhere(detail) with { IsAlarm = true },
            (429 or 503, _, true) => Elsewhere(detail),
            (404 or 405 or 413 or 415, _, true) => Elsewhere(detail) with { IsAlarm = true },
            (404 or 405 or 413 or 415, _, false) => new PayproVerdict.Open { Detail = detail, IsAlarm = true },
            _ => new PayproVerdict.Open { Detail = detail },
        };
    }

    private static PayproVerdict Accepted(PayproAccount account, Direction direction, string reference, PayproAnswer answer)
    {
        var named = direction == Direction.Refund ? answer["refundNo"] : answer["tradeNo"];
        if ((named is not null && named != reference) || answer.Status.Length == 0)
        {
            return new PayproVerdict.Open { Detail = "The upstream's answer names another order, or no status.", IsAlarm = true };
        }

        if (answer.Status is ResultStatus.Processing or ResultStatus.Success or ResultStatus.Partial)
        {
            return new PayproVerdict.Taken(answer);
        }

        // Of an order that failed at once the original does not say whether money was touched, and what has come back was there before.
        return account.IsOwn && PayproStatus.IsFailure(account.Country, direction, answer.Status) && !PayproStatus.HadMoney(answer.StatusMessage)
            ? new PayproVerdict.Refused(PayproVerdict.Failed, PayproStatus.CauseOf(account.Country, direction, answer.Status)) { Detail = Detail(answer) }
            : new PayproVerdict.Open(answer.Number) { Detail = Detail(answer) };
    }

    /// <summary>Nothing was stored, unless the number was there before.</summary>
    private static PayproVerdict OwnRefused(Operation? operation, string message, string detail)
    {
        if (message.Contains("was used before", StringComparison.Ordinal) && !message.StartsWith("sign:", StringComparison.Ordinal))
        {
            return new PayproVerdict.Open { Detail = detail, IsAlarm = true };
        }

        if (message.Contains("balance", StringComparison.OrdinalIgnoreCase))
        {
            return new PayproVerdict.Refused(PayproVerdict.NotNow, Scope: DeclineScope.Funds) { Detail = detail, IsAlarm = true };
        }

        // Refunds have no other channel to be tried on: what is wrong is the refund itself.
        return operation is null || ScopeOf(operation, message) == DeclineScope.Order
            ? new PayproVerdict.Refused(PayproVerdict.NotThese) { Detail = detail }
            : Elsewhere(detail) with { IsAlarm = IsOurOwnFault(message) };
    }

    /// <summary>Certain only where the sentence names what is wrong, and in no way a number that may be alive.</summary>
    private static PayproVerdict OriginalRefused(Operation? operation, Direction direction, string message, string detail)
    {
        if (SpeaksOfAnOrder().IsMatch(message))
        {
            return new PayproVerdict.Open { Detail = detail };
        }

        if (direction == Direction.Payout && Balance().IsMatch(message))
        {
            return new PayproVerdict.Refused(PayproVerdict.NotNow, Scope: DeclineScope.Funds) { Detail = detail, IsAlarm = true };
        }

        if (Credentials().IsMatch(message))
        {
            return Elsewhere(detail) with { IsAlarm = true };
        }

        var field = operation?.Fields.FirstOrDefault(field => field.Role != FieldRole.TradeNo
            && Regex.IsMatch(message, $@"(?<![A-Za-z]){Regex.Escape(field.Name)}(?![A-Za-z])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant));
        return field is null ? new PayproVerdict.Open { Detail = detail }
            : ScopeOf(operation, field.Name + ":") == DeclineScope.Order ? new PayproVerdict.Refused(PayproVerdict.NotThese) { Detail = detail }
            : Elsewhere(detail);
    }

    private static bool IsOurOwnFault(string message) =>
        message.StartsWith("sign:", StringComparison.Ordinal) || message.StartsWith("merchantNo:", StringComparison.Ordinal) || message.StartsWith("timestamp:", StringComparison.Ordinal);

    private static PayproVerdict.Refused Elsewhere(string detail) => new(PayproVerdict.NotNow, Scope: DeclineScope.Channel) { Detail = detail };

    /// <summary>What the operator reads of an upstream's sentence: without what could be an account, a phone or an address.</summary>
    public static string Detail(PayproAnswer answer)
    {
        var text = answer.IsAccepted ? $"status {answer.Status} {answer.StatusMessage}" : answer.Message;
        text = Private().Replace(new string([.. text.Select(letter => char.IsControl(letter) ? ' ' : letter)]), "…");
        return $"The upstream answered {answer.HttpStatus} {answer.Code}: {(text.Length <= 200 ? text : text[..200])}";
    }

    [GeneratedRegex(@"\S*@\S*|[0-9][0-9 .+-]{4,}[0-9]")]
    private static partial Regex Private();

    [GeneratedRegex(@"trade_?\s?no|\border|repeat|duplicat|already|again|submit|(?<!not )\bexist|process", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SpeaksOfAnOrder();

    [GeneratedRegex(@"\bbalance\b|\binsufficient\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Balance();

    [GeneratedRegex(@"\bsign(ature)?\b|\bmerchant(no)?\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Credentials();
}
