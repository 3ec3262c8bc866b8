using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Paypro.Protocol;

/// <summary>The outer <c>code</c> of a response: only whether the call was accepted.</summary>
public static class ResponseCode
{
    /// <summary>Accepted; the result of the transaction is <c>data.status</c>.</summary>
    public const string Accepted = "0000";

    /// <summary>Refused: nothing was stored, and the <c>tradeNo</c> stays free.</summary>
    public const string Refused = "8000";

    /// <summary>The system failed, and certainly nothing was stored.</summary>
    public const string Failed = "5000";
}

/// <summary>The status of an order, <c>data.status</c>. Merchants treat everything but the first three as final failure.</summary>
public static class ResultStatus
{
    /// <summary>Success.</summary>
    public const string Success = "0000";

    /// <summary>Partly paid; only in countries whose pages list it.</summary>
    public const string Partial = "0001";

    /// <summary>Processing, and every outcome that we do not know.</summary>
    public const string Processing = "0015";

    /// <summary>Failed, rejected, expired, cancelled, returned: certainly.</summary>
    public const string Failed = "00029";

    /// <summary>Failed because the recipient's daily amount is reached.</summary>
    public const string DailyAmountReached = "0100019";

    /// <summary>Failed for an unknown reason; for pay-ins alone.</summary>
    public const string UnknownError = "00032";
}

/// <summary>The texts of <c>desc</c> and <c>message</c> that the documentation shows or this project fixes.</summary>
public static class ResultMessage
{
    /// <summary><c>desc</c> of a direct pay-in or payout just created.</summary>
    public const string Created = "Create";

    /// <summary><c>desc</c> of a hosted page just created.</summary>
    public const string Paying = "Paying";

    /// <summary>An order without a result.</summary>
    public const string Processing = "In processing";

    /// <summary>Success.</summary>
    public const string Success = "SUCCESS";

    /// <summary>Partly paid.</summary>
    public const string Partial = "PARTIAL PAYMENT";

    /// <summary>A payout that came back after success, or a pay-in that was reversed.</summary>
    public const string Returned = "RETURNED";

    /// <summary>A part went back and less than ordered is held, in a country that lists no <c>0001</c>; the amount tells what is held.</summary>
    public const string PartlyReturned = "PARTLY_RETURNED";

    /// <summary>A pay-in of which the merchant has given everything back.</summary>
    public const string Refunded = "REFUNDED";

    /// <summary>A pay-in that the merchant has cancelled.</summary>
    public const string Cancelled = "CANCELLED";

    /// <summary>A pay-in that expired unpaid.</summary>
    public const string Expired = "Collection order timed out without payment";

    /// <summary>A failure of which nothing more is known.</summary>
    public const string Rejected = "REJECTED_TRANSACTION";
}

/// <summary>Writes the outer layer of every response: <c>{"msg","code","timestamp","success","data"}</c>.</summary>
public static class Envelope
{
    /// <summary>The <c>msg</c> of an accepted call.</summary>
    public const string Success = "success";

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static Utf8JsonWriter? idle;

    /// <summary>Writes an accepted response.</summary>
    /// <typeparam name="TState">What <paramref name="writeData"/> needs, so that no closure is made.</typeparam>
    /// <param name="output">Where the JSON goes.</param>
    /// <param name="timestampMs">Now, Unix milliseconds.</param>
    /// <param name="quoted">Whether <c>timestamp</c> and <c>success</c> are strings (Pakistan's balance).</param>
    /// <param name="state">Handed to <paramref name="writeData"/>.</param>
    /// <param name="writeData">Writes the members of <c>data</c>.</param>
    public static void WriteAccepted<TState>(
        IBufferWriter<byte> output, long timestampMs, bool quoted, TState state, Action<Utf8JsonWriter, TState> writeData)
    {
        var writer = Rent(output);
        WriteHead(writer, Success, ResponseCode.Accepted, timestampMs, success: true, quoted);
        writer.WriteStartObject("data"u8);
        writeData(writer, state);
        WriteTail(writer);
    }

    /// <summary>Writes an accepted response whose <c>data</c> is a bare <c>true</c> (Bangladesh's submission).</summary>
    /// <param name="output">Where the JSON goes.</param>
    /// <param name="timestampMs">Now, Unix milliseconds.</param>
    public static void WriteDone(IBufferWriter<byte> output, long timestampMs)
    {
        var writer = Rent(output);
        WriteHead(writer, Success, ResponseCode.Accepted, timestampMs, success: true, quoted: false);
        writer.WriteBoolean("data"u8, true);
        writer.WriteEndObject();
        writer.Flush();
    }

    /// <summary>Writes a response without data: a refusal, a failure, or the body of an HTTP error.</summary>
    /// <param name="output">Where the JSON goes.</param>
    /// <param name="code"><see cref="ResponseCode.Refused"/> or <see cref="ResponseCode.Failed"/>.</param>
    /// <param name="sentence">What is wrong, one English sentence that names the field.</param>
    /// <param name="timestampMs">Now, Unix milliseconds.</param>
    /// <param name="quoted">As for <see cref="WriteAccepted"/>.</param>
    public static void WriteRefused(IBufferWriter<byte> output, string code, string sentence, long timestampMs, bool quoted = false)
    {
        var writer = Rent(output);
        WriteHead(writer, sentence, code, timestampMs, success: false, quoted);
        writer.WriteStartObject("data"u8);
        WriteTail(writer);
    }

    /// <summary>A writer whose text is what both this envelope and notifications use.</summary>
    internal static Utf8JsonWriter Rent(IBufferWriter<byte> output)
    {
        if (idle is not { } writer)
        {
            return idle = new Utf8JsonWriter(output, WriterOptions);
        }

        writer.Reset(output);
        return writer;
    }

    private static void WriteHead(Utf8JsonWriter writer, string message, string code, long timestampMs, bool success, bool quoted)
    {
        writer.WriteStartObject();
        writer.WriteString("msg"u8, message);
        writer.WriteString("code"u8, code);
        if (quoted)
        {
            writer.WriteString("timestamp"u8, timestampMs.ToString(CultureInfo.InvariantCulture));
            writer.WriteString("success"u8, success ? "true"u8 : "false"u8);
        }
        else
        {
            writer.WriteNumber("timestamp"u8, timestampMs);
            writer.WriteBoolean("success"u8, success);
        }
    }

    private static void WriteTail(Utf8JsonWriter writer)
    {
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
    }
}
