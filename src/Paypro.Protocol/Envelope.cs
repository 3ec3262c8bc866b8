using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Paypro.Protocol;

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
