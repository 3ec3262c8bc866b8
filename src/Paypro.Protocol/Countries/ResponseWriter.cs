using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Paypro.Protocol.Countries;

/// <summary>Writes accepted responses in the shape of an operation.</summary>
public static class ResponseWriter
{
    /// <summary>Writes the response of a creation or query.</summary>
    /// <param name="output">Where the JSON goes.</param>
    /// <param name="country">The merchant's country.</param>
    /// <param name="operation">The operation that was called.</param>
    /// <param name="order">The order.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    public static void WriteOrder(IBufferWriter<byte> output, Country country, Operation operation, OrderView order, long nowMs) =>
        Envelope.WriteAccepted(
            output,
            nowMs,
            operation.QuotesEnvelope,
            (country, operation.Response, order, nowMs),
            static (writer, state) => WriteMembers(writer, state.country, state.Response, state.order, state.nowMs));

    /// <summary>Writes the response of a balance query.</summary>
    /// <inheritdoc cref="WriteOrder"/>
    public static void WriteBalance(IBufferWriter<byte> output, Country country, Operation operation, BalanceView balance, long nowMs) =>
        Envelope.WriteAccepted(
            output,
            nowMs,
            operation.QuotesEnvelope,
            (country.Currency, operation.Response, balance),
            static (writer, state) =>
            {
                foreach (var member in state.Response)
                {
                    WriteAmount(writer, member, BalanceOf(state.balance, member.Source), state.Currency);
                }
            });

    /// <summary>Writes the response of an operation that is about no order.</summary>
    /// <inheritdoc cref="WriteOrder"/>
    public static void WriteFacts(IBufferWriter<byte> output, Operation operation, FactsView facts, long nowMs) =>
        Envelope.WriteAccepted(
            output,
            nowMs,
            operation.QuotesEnvelope,
            (operation.Response, facts),
            static (writer, state) =>
            {
                foreach (var member in state.Response)
                {
                    if (state.facts.Texts.GetValueOrDefault(member.Source) is { } text)
                    {
                        writer.WriteString(member.EncodedName, text);
                    }
                    else if (member.Form == ResponseForm.TextOrEmpty)
                    {
                        writer.WriteString(member.EncodedName, "");
                    }
                }
            });

    /// <summary>Writes members of an order into an object that is open.</summary>
    internal static void WriteMembers(
        Utf8JsonWriter writer, Country country, IReadOnlyList<ResponseMember> members, OrderView order, long nowMs)
    {
        for (var index = 0; index < members.Count; index++)
        {
            WriteMember(writer, country, members[index], order, nowMs);
        }
    }

    private static void WriteMember(Utf8JsonWriter writer, Country country, ResponseMember member, OrderView order, long nowMs)
    {
        switch (member.Form)
        {
            case ResponseForm.Text:
                if (TextOf(country, order, member.Source) is { } text)
                {
                    writer.WriteString(member.EncodedName, text);
                }

                break;
            case ResponseForm.TextOrEmpty:
                writer.WriteString(member.EncodedName, TextOf(country, order, member.Source) ?? "");
                break;
            case ResponseForm.LocalTime:
                if (TimeOf(order, member.Source, nowMs) is { } localMs)
                {
                    writer.WriteString(member.EncodedName, country.LocalTime(localMs));
                }

                break;
            case ResponseForm.MillisecondsText:
                if (TimeOf(order, member.Source, nowMs) is { } unixMs)
                {
                    writer.WriteString(member.EncodedName, unixMs.ToString(CultureInfo.InvariantCulture));
                }

                break;
            default:
                WriteAmount(writer, member, AmountOf(order, member.Source), country.Currency);
                break;
        }
    }

    private static void WriteAmount(Utf8JsonWriter writer, ResponseMember member, long minor, Currency currency)
    {
        switch (member.Form)
        {
            case ResponseForm.WholeOrFixedText:
                writer.WriteString(member.EncodedName, AmountText.WholeOrFixed(minor, currency));
                break;
            case ResponseForm.FixedText:
                writer.WriteString(member.EncodedName, AmountText.Fixed(minor, currency, 2));
                break;
            case ResponseForm.FourDecimalsText:
                writer.WriteString(member.EncodedName, AmountText.Fixed(minor, currency, 4));
                break;
            case ResponseForm.FourDecimalsNumber:
                writer.WriteNumber(member.EncodedName, AmountText.ToFixed(minor, currency, 4));
                break;
            case ResponseForm.ShortestNumber:
                writer.WriteNumber(member.EncodedName, AmountText.ToShortest(minor, currency));
                break;
            default:
                throw Mismatch(member.Source);
        }
    }

    private static string? TextOf(Country country, OrderView order, ResponseSource source) => source switch
    {
        ResponseSource.TradeNo => order.TradeNo,
        ResponseSource.Number => order.Number,
        ResponseSource.Status => order.Status,
        ResponseSource.Message => order.Message,
        ResponseSource.Remark => order.Remark,
        ResponseSource.PaymentInfo => order.PaymentInfo,
        ResponseSource.PaymentUrl => order.PaymentUrl,
        ResponseSource.RailReference => order.RailReference,
        ResponseSource.RefundNo => order.RefundNo,
        ResponseSource.RefundNumber => order.RefundNumber,
        ResponseSource.Way => order.WayCode,
        ResponseSource.Channel => order.ChannelCode ?? (order.WayCode is null ? null : country.FindWay(order.WayCode)?.ChannelCode),
        _ => throw Mismatch(source),
    };

    private static long? TimeOf(OrderView order, ResponseSource source, long nowMs) => source switch
    {
        ResponseSource.CreatedAt => order.CreatedAtMs,
        ResponseSource.SuccessAt => order.SuccessAtMs,
        ResponseSource.Timestamp => nowMs,
        _ => throw Mismatch(source),
    };

    private static long AmountOf(OrderView order, ResponseSource source) => source switch
    {
        ResponseSource.OrderAmount => order.OrderAmountMinor,
        ResponseSource.PaidAmount => order.HeldMinor ?? 0,
        ResponseSource.PaidOrOrderAmount => order.HeldMinor ?? order.OrderAmountMinor,
        _ => throw Mismatch(source),
    };

    private static long BalanceOf(BalanceView balance, ResponseSource source) => source switch
    {
        ResponseSource.Available => balance.AvailableMinor,
        ResponseSource.Frozen => balance.FrozenMinor,
        ResponseSource.Unsettled => balance.UnsettledMinor,
        _ => throw Mismatch(source),
    };

    private static InvalidOperationException Mismatch(ResponseSource source) => new($"A country's table writes {source} in a form that it has not.");
}
