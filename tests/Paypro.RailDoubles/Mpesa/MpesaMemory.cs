namespace Paypro.RailDoubles.Mpesa;

/// <summary>A prompt as the operator keeps it.</summary>
internal sealed class OperatorPrompt
{
    public required string CheckoutId { get; init; }

    public required string MerchantId { get; init; }

    public required string Reference { get; init; }

    public required string Phone { get; init; }

    public required long Shillings { get; init; }

    public required Uri Callback { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Null while the payer is asked.</summary>
    public string? Code { get; set; }

    public OperatorPayment? Payment { get; set; }
}

/// <summary>Money that came, in cents, since a payer's bank may send them.</summary>
internal sealed class OperatorPayment
{
    public required string Receipt { get; init; }

    public required string Account { get; init; }

    public required long Cents { get; init; }

    public required DateTimeOffset At { get; init; }

    public long ReversedCents { get; set; }
}

/// <summary>What is sent: a payout, or a reversal.</summary>
internal sealed class OperatorOrder
{
    /// <summary>The sender's own number of a payout; the operator's of a reversal.</summary>
    public required string OriginatorId { get; init; }

    public required string ConversationId { get; init; }

    public required long Cents { get; init; }

    public required Uri Result { get; init; }

    public required Uri Timeout { get; init; }

    public string Phone { get; init; } = "";

    /// <summary>Whose short code it is of.</summary>
    public string Party { get; init; } = "";

    public string OfReceipt { get; init; } = "";

    /// <summary>Null while it is under way; a code once it ended.</summary>
    public string? Code { get; set; }

    public string Receipt { get; set; } = "";

    public DateTimeOffset EndedAt { get; set; }
}

/// <summary>What the operator posts.</summary>
/// <param name="To">Where.</param>
/// <param name="Body">What.</param>
internal sealed record OperatorPost(Uri To, string Body);
