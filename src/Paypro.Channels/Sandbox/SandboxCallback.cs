using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Sandbox;

/// <summary>
/// The rail's callbacks: JSON with a header <c>Sandbox-Signature: t=&lt;Unix ms&gt;,v1=&lt;hex&gt;</c>, where the hex is HMAC-SHA256 with
/// the account's secret over t, a full stop and the raw body. Where the account says that callbacks are hints, they come without it.
/// </summary>
internal static class SandboxCallback
{
    public const string SignatureHeader = "Sandbox-Signature";

    /// <summary>What the rail wants to hear.</summary>
    public const string Answer = """{"received":true}""";

    private const int BodyAtMostBytes = 64 * 1024;

    /// <summary>A callback signed longer ago or further ahead than this is taken for a replay: 15 minutes.</summary>
    private const long SkewAtMostMs = 15 * 60_000;

    /// <summary>Signs forged callbacks: a key that no account can have, its secret being at least 16 bytes.</summary>
    private static readonly byte[] WrongSecret = [0];

    /// <summary>The body.</summary>
    internal sealed record Content(
        long Account, string Direction, string Reference, string Event, long AmountMinor, string Currency,
        long OccurredAt, string Utr, string Key, string? Reason, FailureCause Cause = FailureCause.Unspecified);

    /// <summary>What a movement says, in a callback and in a query alike.</summary>
    public static Observation Observe(SandboxOrder order, SandboxMovement movement) => new()
    {
        Kind = movement.Kind,
        Direction = order.Direction,
        Reference = order.Reference,
        AmountMinor = movement.AmountMinor,
        Currency = order.Currency,
        OccurredAtMs = movement.OccurredAtMs,
        RailReference = movement.Utr,
        DedupeKey = movement.DedupeKey,
        Reason = movement.Reason,
        FailureCause = movement.FailureCause,
    };

    /// <summary>All that a query tells of an order, as the account's rail tells it.</summary>
    public static IReadOnlyList<Observation> ObserveAll(ChannelAccount account, SandboxOrder order)
    {
        if (order.Direction == Direction.PayIn && order.Movements.LastOrDefault(m => m.Kind != ObservationKind.Failed) is { } last)
        {
            if (SandboxSettings.TellsTotals(account))
            {
                return [Observe(order, last) with
                {
                    Kind = order.MovedMinor > 0 ? ObservationKind.Paid : ObservationKind.Pending, AmountMinor = order.MovedMinor, IsTotal = true, DedupeKey = "", Reason = "",
                }];
            }

            if (SandboxSettings.OnlyConfirms(account))
            {
                var paid = Observe(order, order.Movements.First(m => m.Kind == ObservationKind.Paid));
                return
                [
                    paid with { AmountMinor = 0, Currency = "", RailReference = "", DedupeKey = "", IsConfirmation = true },
                    .. order.Movements.Where(m => m.Kind == ObservationKind.Returned).Select(m => Observe(order, m)),
                ];
            }
        }

        return [.. order.Movements.Select(movement => Observe(order, movement))];
    }

    /// <summary>The callback about a movement. A rail of totals tells what is there after it.</summary>
    public static CallbackRequest Write(ChannelAccount account, SandboxOrder order, int movement, long nowMs)
    {
        var content = ContentOf(order, order.Movements[movement]);
        return Send(account, order.Direction == Direction.PayIn && content.Event != "failed" && SandboxSettings.TellsTotals(account)
            ? content with { Event = "total", AmountMinor = (order with { Movements = [.. order.Movements.Take(movement + 1)] }).MovedMinor, Key = "" }
            : content, nowMs);
    }

    /// <summary>The question whether an order takes an amount.</summary>
    public static CallbackRequest Ask(ChannelAccount account, SandboxOrder order, long amountMinor, long nowMs) =>
        Send(account, new Content(account.Id, "payIn", order.Reference, "question", amountMinor, account.Currency, nowMs, "", "", null), nowMs);

    /// <summary>What an attacker without the secret would send: money that never moved.</summary>
    public static CallbackRequest Forge(ChannelAccount account, SandboxOrder order, SandboxMovement movement, long nowMs)
    {
        var content = ContentOf(order, movement) with
        {
            Event = "paid",
            AmountMinor = (Math.Max(order.AmountMinor, movement.AmountMinor) * 10) + 1,
            Utr = "FORGED" + movement.Utr,
            Key = "FORGED|" + movement.DedupeKey,
        };
        return SandboxSettings.OnlyHints(account) ? Unsigned(content, nowMs) : Sign(WrongSecret, content, nowMs);
    }

    public static CallbackReading Read(ChannelAccount account, CallbackRequest request)
    {
        if (request.Method == "GET")
        {
            // Somebody tries whether the address is there.
            return new CallbackReading.Reply(new ChannelAnswer(200, $$"""{"path":"{{JsonEncodedText.Encode(request.Path)}}"}"""));
        }

        if (request.Body.Length > BodyAtMostBytes)
        {
            return new CallbackReading.Refused(400, "The body is larger than 64 KiB.");
        }

        if (!SandboxSettings.OnlyHints(account) && !IsSigned(account, request))
        {
            return new CallbackReading.Refused(401, "The signature is missing, wrong or too old.");
        }

        Content? content;
        try
        {
            content = JsonSerializer.Deserialize(request.Body.Span, SandboxJson.Default.Content);
        }
        catch (JsonException)
        {
            return new CallbackReading.Refused(400, "The body is not the JSON of a callback.");
        }

        if (content is null || content.Account != account.Id || Understand(content) is not { } observation)
        {
            return new CallbackReading.Refused(400, "The callback is incomplete, or for another account.");
        }

        return content.Event == "question"
                ? new CallbackReading.Question(observation.Direction, observation.Reference, order => SandboxQuestion.Answer(order, content.AmountMinor, content.Currency))
            : SandboxSettings.OnlyHints(account) || observation.IsTotal ? new CallbackReading.Hint([observation], new ChannelAnswer(200, Answer))
            : new CallbackReading.Statements([observation], results => SandboxSettings.WantsResults(account) ? AnswerOf(results[0]) : new ChannelAnswer(200, Answer));
    }

    private static ChannelAnswer AnswerOf(StatementResult result) => result switch
    {
        StatementResult.Applied => new(200, """{"result":"applied"}"""),
        StatementResult.Suspense => new(202, """{"result":"suspense"}"""),
        _ => new(409, """{"result":"case"}"""),
    };

    private static Content ContentOf(SandboxOrder order, SandboxMovement movement) => new(
        order.AccountId, order.Direction switch { Direction.PayIn => "payIn", Direction.Refund => "refund", _ => "payout" }, order.Reference,
        movement.Kind switch
        {
            ObservationKind.Paid => "paid",
            ObservationKind.Failed => "failed",
            ObservationKind.Returned => "returned",
            _ => throw new InvalidOperationException($"{movement.Kind} is no movement."),
        },
        movement.AmountMinor, order.Currency, movement.OccurredAtMs, movement.Utr, movement.DedupeKey, movement.Reason,
        movement.FailureCause);

    private static Observation? Understand(Content content)
    {
        Direction? direction = content.Direction switch { "payIn" => Direction.PayIn, "payout" => Direction.Payout, "refund" => Direction.Refund, _ => null };
        ObservationKind? kind = content.Event switch
        {
            "paid" => ObservationKind.Paid,
            "failed" => ObservationKind.Failed,
            "returned" => ObservationKind.Returned,
            "total" when direction == Direction.PayIn => ObservationKind.Paid,
            "question" when direction == Direction.PayIn => ObservationKind.Pending,
            _ => null,
        };
        var isTotal = content.Event == "total";
        var movesMoney = !isTotal && kind is (ObservationKind.Paid or ObservationKind.Returned);
        if (direction is null || kind is null || string.IsNullOrEmpty(content.Reference) || content.AmountMinor < 0
            || (isTotal && string.IsNullOrEmpty(content.Currency))
            || (movesMoney && (content.AmountMinor == 0 || string.IsNullOrEmpty(content.Currency) || string.IsNullOrEmpty(content.Key))))
        {
            return null;
        }

        return new Observation
        {
            Kind = kind.Value,
            Direction = direction.Value,
            Reference = content.Reference,
            AmountMinor = content.AmountMinor,
            IsTotal = isTotal,
            Currency = content.Currency ?? "",
            OccurredAtMs = content.OccurredAt,
            RailReference = content.Utr ?? "",
            DedupeKey = content.Key ?? "",
            Reason = content.Reason ?? "",
            FailureCause = Enum.IsDefined(content.Cause) ? content.Cause : FailureCause.Unspecified,
        };
    }

    private static CallbackRequest Send(ChannelAccount account, Content content, long nowMs)
    {
        if (SandboxSettings.OnlyHints(account))
        {
            return Unsigned(content, nowMs);
        }

        var key = account.Secrets.Current(SandboxChannel.CallbackKey, nowMs);
        return key.IsEmpty
            ? throw new InvalidOperationException($"The channel account {account.Id} has no secret to sign callbacks with.")
            : Sign(key.Span, content, nowMs);
    }

    private static CallbackRequest Unsigned(Content content, long nowMs) => new()
    {
        Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "application/json" },
        Body = JsonSerializer.SerializeToUtf8Bytes(content, SandboxJson.Default.Content),
        ReceivedAtMs = nowMs,
    };

    private static CallbackRequest Sign(ReadOnlySpan<byte> secret, Content content, long nowMs)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(content, SandboxJson.Default.Content);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Content-Type"] = "application/json",
            [SignatureHeader] = SignatureOf(secret, nowMs, body),
        };
        return new CallbackRequest { Headers = headers, Body = body, ReceivedAtMs = nowMs };
    }

    private static string SignatureOf(ReadOnlySpan<byte> secret, long timeMs, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        var time = timeMs.ToString(CultureInfo.InvariantCulture);
        hmac.AppendData(Encoding.ASCII.GetBytes(time + "."));
        hmac.AppendData(body);
        return $"t={time},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }

    private static bool IsSigned(ChannelAccount account, CallbackRequest request)
    {
        if (request.Header(SignatureHeader) is not { } given
            || !given.StartsWith("t=", StringComparison.Ordinal) || given.IndexOf(',', StringComparison.Ordinal) is not (> 2 and var comma)
            || !long.TryParse(given.AsSpan(2, comma - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var timeMs)
            || Math.Abs(request.ReceivedAtMs - timeMs) > SkewAtMostMs)
        {
            return false;
        }

        // The whole header is compared, so that no other spelling of the same time or hex passes.
        // An empty key counts for nothing: anybody could sign with it.
        return account.Secrets.Valid(SandboxChannel.CallbackKey, request.ReceivedAtMs).Any(key => !key.IsEmpty
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.ASCII.GetBytes(SignatureOf(key.Span, timeMs, request.Body.Span))));
    }
}
