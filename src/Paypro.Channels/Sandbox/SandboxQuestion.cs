using System.Text.Json;

namespace Paypro.Channels.Sandbox;

/// <summary>What is said to a bank that asks before it takes the payer's money, and what the bank makes of it.</summary>
internal static class SandboxQuestion
{
    private const string Yes = """{"accepted":true}""";

    /// <summary>An order takes what is still to be paid, or less.</summary>
    public static ChannelAnswer Answer(QuestionedOrder? order, long amountMinor, string currency) =>
        order is null ? No("unknown")
        : !order.IsOpen ? No("closed")
        : order.Currency != currency ? No("currency")
        : amountMinor > order.DueMinor ? No("amount")
        : new ChannelAnswer(200, Yes);

    /// <summary>Null when the answer takes the money; else one sentence. Anything but a clear yes is a no.</summary>
    public static string? RefusalIn(ChannelAnswer answer)
    {
        if (answer.Status == 200 && answer.Body == Yes)
        {
            return null;
        }

        try
        {
            using var body = JsonDocument.Parse(answer.Body);
            return body.RootElement.GetProperty("reason").GetString() switch
            {
                "unknown" => "The bank asked first, and no order has this number.",
                "closed" => "The bank asked first, and the order takes no more money.",
                "currency" => "The bank asked first, and the order is in another currency.",
                "amount" => "The bank asked first, and the order does not take this amount.",
                _ => "The bank asked first and was refused.",
            };
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "The bank asked first and was refused.";
        }
    }

    private static ChannelAnswer No(string reason) => new(200, $$"""{"accepted":false,"reason":"{{reason}}"}""");
}
