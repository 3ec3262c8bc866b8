using System.Globalization;

namespace Paypro.Protocol.Countries;

/// <summary>Turns a body into the fields of an operation, or into the one sentence that says what to mend.</summary>
public static class RequestReader
{
    /// <summary>What <see cref="Operation.SignedName"/> may be, in every country.</summary>
    private static readonly string[] SignedNames = ["refund", "queryRefund", "cancelPayIn"];

    private const long MaxPlainNumber = 999_999_999_999_999_999;

    /// <summary>Reads a request whose signature has been checked.</summary>
    /// <param name="country">The merchant's country.</param>
    /// <param name="operation">One of its operations.</param>
    /// <param name="body">The request's body; members that the operation does not document are ignored.</param>
    /// <param name="context">What the rules depend on.</param>
    /// <param name="error">Null, or a sentence that begins with the field's name: <c>amount: must be a whole number</c>.</param>
    /// <returns>The fields, or null with an <paramref name="error"/>.</returns>
    public static RequestFields? Read(Country country, Operation operation, FlatBody body, RequestContext context, out string? error)
    {
        if (OtherName(operation, body) is { } other)
        {
            error = $"operation: the request is signed for {other}";
            return null;
        }

        var fields = new RequestFields(operation);
        foreach (var field in operation.Fields)
        {
            if (field.Role != FieldRole.Sign && ReadField(country, field, body, context, fields) is { } wrong)
            {
                error = $"{field.Name}: {wrong}";
                return null;
            }
        }

        error = SettleWay(country, operation, fields, context) ?? RunChecks(operation, fields, context);
        return error is null ? fields : null;
    }

    /// <summary>When a request says that it was made, whatever else is wrong with it; null where it does not say.</summary>
    public static long? TimestampOf(Operation operation, FlatBody body)
    {
        foreach (var field in operation.Fields)
        {
            if (field.Role == FieldRole.Timestamp && field.TryFind(body, out var member) && ReadTimestamp(member, out var unixMs) is null)
            {
                return unixMs;
            }
        }

        return null;
    }

    /// <summary>The order's number as a request names it, whatever else is wrong with it; empty where it names none that could be one.</summary>
    public static string TradeNoOf(Operation operation, FlatBody body)
    {
        foreach (var field in operation.Fields)
        {
            if (field.Role == operation.NumberRole && field.TryFind(body, out var member) && member.Literal.Length <= field.MaxLength)
            {
                return member.Text;
            }
        }

        return "";
    }

    /// <summary>The operation that a request names, where that is another one. Other texts are a merchant's own member, and ignored.</summary>
    private static string? OtherName(Operation operation, FlatBody body)
    {
        if (body.TryGet("operation"u8, out var member))
        {
            foreach (var name in SignedNames)
            {
                if (name != operation.SignedName && member.Text == name)
                {
                    return name;
                }
            }
        }

        return null;
    }

    private static string? ReadField(Country country, Field field, FlatBody body, RequestContext context, RequestFields fields)
    {
        if (!field.TryFind(body, out var member))
        {
            var isRequired = field.Presence == Presence.Required
                || (field.Presence == Presence.RequiredWithoutDefault && !context.HasDefaultNotifyUrl);
            return isRequired ? "is required" : null;
        }

        if (member.Kind == ValueKind.Boolean)
        {
            return "must be text or a number";
        }

        if (field.Role is FieldRole.Amount)
        {
            if (member.Literal.Length > field.MaxLength)
            {
                return TooLong(field);
            }

            var wrong = AmountReader.Read(member.Literal, member.Kind == ValueKind.Text, country.Currency, country.AmountDecimals, out var minor);
            fields.AmountMinor = minor;
            return wrong;
        }

        if (field.Role is FieldRole.Timestamp)
        {
            var wrong = ReadTimestamp(member, out var unixMs);
            fields.TimestampMs = unixMs;
            return wrong;
        }

        return PlainText(member) is { } text ? Take(field, text, context, fields) : "must be text or a whole number";
    }

    private static string? Take(Field field, string sent, RequestContext context, RequestFields fields)
    {
        if (HasControls(sent, field.TakesLineBreaks))
        {
            return "must not contain control characters";
        }

        var text = field.Normal(sent);
        if (text.Length > field.MaxLength)
        {
            return TooLong(field);
        }

        if (field.Presence == Presence.Required && string.IsNullOrWhiteSpace(text))
        {
            return "must not be blank";
        }

        if (text.Length == 0)
        {
            // Blanks alone in an optional field say nothing.
            return null;
        }

        foreach (var rule in field.Rules)
        {
            if (rule(text, context) is { } wrong)
            {
                return wrong;
            }
        }

        fields[field.Role] = text;
        if (field.Role == FieldRole.Account)
        {
            fields.SentAccount = sent;
        }

        if (field.Role == FieldRole.Bank)
        {
            fields.Bank = context.Banks.Find(text);
        }

        return null;
    }

    /// <summary>
    /// A text field that came as a bare number is its literal, unless that has an exponent: what a Java client made of
    /// <c>10000000</c> must not be stored as <c>1.0E7</c>.
    /// </summary>
    private static string? PlainText(in BodyMember member)
    {
        if (member.Kind != ValueKind.Number || member.Literal.IndexOfAny((byte)'e', (byte)'E') < 0)
        {
            return member.Text;
        }

        return AmountReader.TryReadWhole(member.Literal, quoted: false, MaxPlainNumber, out var whole)
            ? whole.ToString(CultureInfo.InvariantCulture)
            : null;
    }

    private static string? ReadTimestamp(in BodyMember member, out long? unixMs)
    {
        const long firstTenDigits = 1_000_000_000;
        const long firstThirteenDigits = 1_000_000_000_000;
        unixMs = null;
        if (!AmountReader.TryReadWhole(member.Literal, member.Kind == ValueKind.Text, (firstThirteenDigits * 10) - 1, out var value))
        {
            return "must be Unix milliseconds";
        }

        unixMs = value switch
        {
            >= firstThirteenDigits => value,
            >= firstTenDigits and < firstTenDigits * 10 => value * 1000,
            _ => null,
        };
        return unixMs is null ? "must be Unix milliseconds (13 digits) or seconds (10 digits)" : null;
    }

    private static bool HasControls(string text, bool takesLineBreaks)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character) && !(takesLineBreaks && character is '\t' or '\r' or '\n'))
            {
                return true;
            }
        }

        return false;
    }

    private static string TooLong(Field field) => $"must be at most {field.MaxLength} characters";

    /// <summary>
    /// A direct pay-in that leaves the way open within its group gets the group's first; on a hosted page the payer chooses, and tells
    /// there what the way asks and the request has not said.
    /// </summary>
    private static string? SettleWay(Country country, Operation operation, RequestFields fields, RequestContext context)
    {
        if (operation.Kind is not (OperationKind.CreatePayIn or OperationKind.CreateHostedPayIn))
        {
            return null;
        }

        var channelCode = fields[FieldRole.Channel];
        var wayCode = fields[FieldRole.Way];
        if ((channelCode is null && operation.WayNeedsChannel)
            || (wayCode is not null && context.IsSandbox && operation.SandboxOpenWays.Contains(wayCode)))
        {
            wayCode = null;
        }

        PayInWay? first = null;
        var count = 0;
        foreach (var way in country.PayInWays)
        {
            if ((channelCode is null || way.IsIn(channelCode)) && (wayCode is null || way.IsNamed(wayCode)))
            {
                first ??= way;
                count++;
            }
        }

        if (count == 0)
        {
            return wayCode is null || !HasChannel(country, channelCode)
                ? operation.Says(FieldRole.Channel, $"must be one of {Choices(country, way => way.ChannelCode)}")
                : operation.Says(FieldRole.Way, $"must be one of {Choices(country, way => channelCode is null || way.IsIn(channelCode) ? way.WayCode : null)}");
        }

        // Spelt as the country spells it, since it is part of the content.
        fields[FieldRole.Channel] = channelCode is null ? null : first!.ChannelCode;
        fields.Way = operation.Kind == OperationKind.CreatePayIn || (count == 1 && !(first!.Asks is { } asked && fields[asked.Role] is null)) ? first : null;
        return null;
    }

    private static bool HasChannel(Country country, string? channelCode)
    {
        foreach (var way in country.PayInWays)
        {
            if (channelCode is null || way.IsIn(channelCode))
            {
                return true;
            }
        }

        return false;
    }

    private static string Choices(Country country, Func<PayInWay, string?> codeOf)
    {
        var choices = country.PayInWays.Select(codeOf).OfType<string>().Distinct().ToList();
        return string.Join(", ", choices.Count > 0 ? choices : country.PayInWays.Select(way => way.WayCode).Distinct());
    }

    private static string? RunChecks(Operation operation, RequestFields fields, RequestContext context)
    {
        foreach (var check in operation.Checks)
        {
            if (check.Find(fields, context) is { } wrong)
            {
                return operation.Says(check.Role, $"{wrong}");
            }
        }

        return null;
    }
}
