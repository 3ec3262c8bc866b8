using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Paypro.Protocol;

namespace Paypro.Client.Testing;

/// <summary>A line of <see cref="CallTable"/>.</summary>
/// <param name="Name">What is called or told.</param>
/// <param name="Path">Its path; <c>-</c> for a notification.</param>
/// <param name="Segment">The country's segment.</param>
/// <param name="Zone">The country's time zone.</param>
/// <param name="Content">The members that make an order another one.</param>
/// <param name="Members">The members of the answer: name, source, form.</param>
internal sealed record CallLine(string Name, string Path, string Segment, string Zone, string[] Content, (string Name, string Source, string Form)[] Members)
{
    /// <summary>Every call and notification of every country.</summary>
    public static IReadOnlyList<CallLine> All { get; } = [.. Read()];

    private static IEnumerable<CallLine> Read()
    {
        string segment = "", zone = "";
        foreach (var line in CallTable.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ');
            if (parts[0] == "@")
            {
                (segment, zone) = (parts[1], parts[2]);
                continue;
            }

            yield return new CallLine(parts[0], parts[1], segment, zone, List(parts[2]), [.. List(parts[3]).Select(member => member.Split('=', '/')).Select(member => (member[0], member[1], member[2]))]);
        }
    }

    private static string[] List(string text) => text == "-" ? [] : text.Split(',');
}

/// <summary>Writes what a fake gateway says, in the forms of the real one.</summary>
internal static class FakeText
{
    public static string Envelope(string code, string message) => Encoding.UTF8.GetString(Write(writer => WriteHead(writer, code, message, null)));

    /// <summary>An accepted call.</summary>
    public static byte[] Accepted(CallLine line, Func<string, string, string?> textOf) => Write(writer => WriteHead(writer, ResponseCode.Accepted, "success", () => WriteMembers(writer, line, textOf)));

    /// <summary>A notification without its signature.</summary>
    public static byte[] Notification(CallLine line, Func<string, string, string?> textOf) => Write(writer =>
    {
        writer.WriteStartObject();
        WriteMembers(writer, line, textOf);
        writer.WriteEndObject();
    });

    /// <summary>An amount in a member's form.</summary>
    public static string Amount(decimal amount, string form) => form switch
    {
        "WholeOrFixedText" => amount.ToString(decimal.IsInteger(amount) ? "0" : "0.00", CultureInfo.InvariantCulture),
        "FixedText" => amount.ToString("0.00", CultureInfo.InvariantCulture),
        "ShortestNumber" => RequestText.Of(amount),
        _ => amount.ToString("0.0000", CultureInfo.InvariantCulture),
    };

    private static void WriteHead(Utf8JsonWriter writer, string code, string message, Action? writeData)
    {
        writer.WriteStartObject();
        writer.WriteString("msg", message);
        writer.WriteString("code", code);
        writer.WriteBoolean("success", code == ResponseCode.Accepted);
        writer.WriteStartObject("data");
        writeData?.Invoke();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, CallLine line, Func<string, string, string?> textOf)
    {
        foreach (var (name, source, form) in line.Members)
        {
            var text = textOf(source, form) ?? (form == "TextOrEmpty" ? "" : null);
            if (text is null)
            {
                continue;
            }

            writer.WritePropertyName(name);
            if (form.EndsWith("Number", StringComparison.Ordinal))
            {
                writer.WriteRawValue(text);
            }
            else
            {
                writer.WriteStringValue(text);
            }
        }
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output);
        write(writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }
}
