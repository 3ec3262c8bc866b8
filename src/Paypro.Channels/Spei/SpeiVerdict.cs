using System.Net;

namespace Paypro.Channels.Spei;

/// <summary>What an answer to an order means.</summary>
internal abstract record SpeiVerdict
{
    /// <summary>What merchants read when the channel has a trouble of its own.</summary>
    public const string NotNow = "The channel cannot take it now.";

    /// <summary>What merchants read when the order's own details are not taken.</summary>
    public const string NotThese = "The channel does not take these details of the recipient.";

    private SpeiVerdict() { }

    /// <summary>For the operator, without personal data.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether somebody must look at the account.</summary>
    public bool IsAlarm { get; init; }

    /// <summary>STP has it under a number of its own.</summary>
    public sealed record Taken(string RailId) : SpeiVerdict;

    /// <summary>STP has had one of this tracking key on its operating day: what it has is asked for.</summary>
    public sealed record Ours : SpeiVerdict;

    /// <summary>STP certainly has it not.</summary>
    public sealed record Refused(string Reason, DeclineScope Scope = DeclineScope.Order) : SpeiVerdict;

    /// <summary>It cannot be known.</summary>
    public sealed record Open : SpeiVerdict;
}

/// <summary>The table of outcomes. Pure.</summary>
internal static class SpeiVerdicts
{
    private const string NoAnswer = "no se recibio respuesta";

    /// <summary>Judges what came of an order. A refusal counts only with a number, or a text beside 0, that the specification lists.</summary>
    public static SpeiVerdict Judge(SpeiAccount account, SpeiReply reply) => reply switch
    {
        SpeiReply.NeverSent never => Elsewhere(never.Reason),

        // The gate before STP's own network: who is not let in has sent nothing.
        SpeiReply.Answered { Status: (int)HttpStatusCode.Forbidden } => Elsewhere("STP answered 403: the address that we call from is not let in."),
        SpeiReply.Answered { Status: 200, Body: { } body } when body.Object("resultado") is { } result && result.Number("id") is { } id => Judge(account, id, result.Text("descripcionError") ?? ""),
        _ => new SpeiVerdict.Open { Detail = reply.Why },
    };

    private static SpeiVerdict Judge(SpeiAccount account, long id, string text)
    {
        var detail = $"STP answered {id}.";
        if (id > 0)
        {
            return text.Length == 0 ? new SpeiVerdict.Taken(id.ToString(System.Globalization.CultureInfo.InvariantCulture)) { Detail = detail }
                : new SpeiVerdict.Open { Detail = $"STP answered number {id} with an error beside it.", IsAlarm = true };
        }

        // Whatever a setting names: of these two the order may have gone out.
        if (id == -1)
        {
            return new SpeiVerdict.Ours { Detail = detail };
        }

        if (id == 0 && (text.Length == 0 || SpeiTexts.Folded(text).StartsWith(NoAnswer, StringComparison.Ordinal)))
        {
            return new SpeiVerdict.Open { Detail = detail };
        }

        if (account.FundsErrors.Contains(id.ToString(System.Globalization.CultureInfo.InvariantCulture)) || account.SaysFunds(text))
        {
            return new SpeiVerdict.Refused(SpeiVerdict.NotNow, DeclineScope.Funds) { Detail = detail, IsAlarm = true };
        }

        return id switch
        {
            0 => OfText(SpeiTexts.Folded(text)),
            -7 => Elsewhere("STP answered -7: it has no account of the setting cuentaOrdenante."),
            -9 or -20 or -24 => new SpeiVerdict.Refused(SpeiVerdict.NotThese) { Detail = detail },
            -11 => Elsewhere("STP answered -11: the contract does not take this kind of account (acceptsCards)."),
            -22 => Elsewhere("STP answered -22: the setting cuentaOrdenante is no CLABE of STP's."),
            -31 or -34 or -200 => Elsewhere(detail),
            _ => new SpeiVerdict.Open { Detail = $"STP answered {id}, which is not documented.", IsAlarm = true },
        };
    }

    /// <summary>Under 0 only the text tells one error from another, with and without accents.</summary>
    private static SpeiVerdict OfText(string text) =>
        text.Contains("firma", StringComparison.Ordinal) && (text.Contains("validando", StringComparison.Ordinal) || text.Contains("invalida", StringComparison.Ordinal))
            ? Elsewhere("STP does not take the signature, or does not know the setting empresa.")
        : text.StartsWith("el campo ", StringComparison.Ordinal) && text.Contains(" es obligatorio", StringComparison.Ordinal) ? new SpeiVerdict.Refused(SpeiVerdict.NotThese) { Detail = "STP misses a field.", IsAlarm = true }
        : new SpeiVerdict.Open { Detail = "STP answered 0 with a text that is not documented.", IsAlarm = true };

    private static SpeiVerdict.Refused Elsewhere(string detail) => new(SpeiVerdict.NotNow, DeclineScope.Channel) { Detail = detail, IsAlarm = true };
}
