namespace Paypro.Client.Testing;

/// <summary>A pay-in, payout or refund at a <see cref="FakeGateway"/>. Change it to what the next query and notification shall say.</summary>
public sealed class FakeOrder
{
    internal FakeOrder(FakeCall call, string number, decimal amount, DateTimeOffset createdAt)
    {
        (Call, Number, Amount, CreatedAt) = (call, number, amount, createdAt);
    }

    /// <summary>The call that made it.</summary>
    public FakeCall Call { get; }

    /// <summary>The gateway's number, 16 characters.</summary>
    public string Number { get; }

    /// <summary>The ordered amount.</summary>
    public decimal Amount { get; }

    /// <summary>What is held of it; null until something is paid.</summary>
    public decimal? Held { get; set; }

    /// <summary>The status code. Default: <c>0015</c>.</summary>
    public string Status { get; set; } = "0015";

    /// <summary>The status in words.</summary>
    public string Message { get; set; } = "Create";

    /// <summary>What the payer needs to pay. A pay-in on a page has none.</summary>
    public string? PaymentInfo { get; set; }

    /// <summary>The page to which the payer goes.</summary>
    public string? PaymentUrl { get; set; }

    /// <summary>The reference of the bank or network.</summary>
    public string? RailReference { get; set; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>When it succeeded.</summary>
    public DateTimeOffset? SuccessAt { get; set; }

    /// <summary>The pay-in of a refund; null for anything else.</summary>
    internal FakeOrder? PayIn { get; init; }

    /// <summary>Makes it a success, with the ordered amount or another.</summary>
    public FakeOrder Succeed(DateTimeOffset at, decimal? amount = null)
    {
        (Status, Message, Held, SuccessAt, RailReference) = ("0000", "SUCCESS", amount ?? Amount, at, RailReference ?? "fake-" + Number);
        return this;
    }

    /// <summary>Makes it a failure.</summary>
    public FakeOrder Fail(string status = "00029", string message = "REJECTED_TRANSACTION")
    {
        (Status, Message) = (status, message);
        return this;
    }
}

/// <summary>A call that came to a <see cref="FakeGateway"/>.</summary>
/// <param name="Name">What it was, as the typed method is called: <c>createPayIn</c>.</param>
/// <param name="Path">The path that was called.</param>
/// <param name="Members">The members, by their documented names.</param>
public sealed record FakeCall(string Name, string Path, IReadOnlyDictionary<string, string> Members)
{
    /// <summary>A member; null when it is absent.</summary>
    public string? this[string name] => Members.GetValueOrDefault(name);

    /// <summary>Hides the members, which may name persons and accounts.</summary>
    public override string ToString() => $"{Name} {this["tradeNo"]}";
}

/// <summary>A signed notification, ready to be sent.</summary>
/// <param name="Address">The order's <c>notifyUrl</c>.</param>
/// <param name="Body">The raw body.</param>
/// <param name="SignatureHeader">The header <c>Paypro-Signature</c>; null for an MD5 key, whose signature is in the body.</param>
public sealed record FakeNotification(Uri Address, byte[] Body, string? SignatureHeader)
{
    /// <summary>Posts it, as the gateway would.</summary>
    /// <param name="receiver">For instance that of a <c>WebApplicationFactory</c>.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>Whether it was taken: status 200 and the body <c>OK</c>.</returns>
    public async Task<bool> SendAsync(HttpClient receiver, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = new("application/json");
        if (SignatureHeader is not null)
        {
            request.Headers.Add(Protocol.Signing.HmacSignature.HeaderName, SignatureHeader);
        }

        using var answer = await receiver.SendAsync(request, cancellation).ConfigureAwait(false);
        var text = await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        return answer.StatusCode == System.Net.HttpStatusCode.OK && text.Trim().Equals("OK", StringComparison.OrdinalIgnoreCase);
    }
}
