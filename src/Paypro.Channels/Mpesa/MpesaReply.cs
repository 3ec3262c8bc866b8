using System.Text;
using System.Text.Json;

namespace Paypro.Channels.Mpesa;

/// <summary>What came of a call.</summary>
internal abstract record MpesaReply
{
    private MpesaReply() { }

    /// <summary>For the operator.</summary>
    public abstract string Why { get; }

    /// <summary>Certainly nothing was sent.</summary>
    public sealed record NeverSent(string Reason) : MpesaReply
    {
        public override string Why => Reason;
    }

    /// <summary>It may have arrived, and nothing that can be read came back.</summary>
    public sealed record Silence(string Reason) : MpesaReply
    {
        public override string Why => Reason;
    }

    /// <summary>A server answered; whether in the rail's own form is to be seen.</summary>
    public sealed record Answered : MpesaReply
    {
        private readonly ReadOnlyMemory<byte> _bytes;

        public Answered(int status, ReadOnlyMemory<byte> bytes)
        {
            (Status, _bytes) = (status, bytes);
            Body = MpesaWire.Read(bytes);
            Problem = Body is { } body && MpesaWire.TextOf(body, "errorCode") is { } code && MpesaWire.TextOf(body, "errorMessage") is { } text ? new MpesaProblem(status, code, text) : null;
        }

        public int Status { get; }

        /// <summary>The body where it is an object; null else.</summary>
        public JsonElement? Body { get; }

        /// <summary>What is wrong, in the rail's own form; null when the body has none.</summary>
        public MpesaProblem? Problem { get; }

        /// <summary>Whether the address or the product is not allowed to us, which the rail says in another form.</summary>
        public bool IsNotAllowed => Status == 403 && Encoding.UTF8.GetString(_bytes.Span).Contains("no apiproduct match found", StringComparison.Ordinal);

        /// <summary>Whether it is an answer of the rail's to what was asked, and its code; null when it is none.</summary>
        public string? ResponseCode => Status == 200 && Problem is null && Body is { } body ? MpesaWire.TextOf(body, "ResponseCode") : null;

        public override string Why => $"M-PESA answered {Status}{(Problem is { } problem ? " " + problem.Shown : ResponseCode is { } code && MpesaProblem.IsCode(code) ? " with code " + code : "")}.";

        /// <summary>A member of the body.</summary>
        public string? Text(string name) => Body is { } body ? MpesaWire.TextOf(body, name) : null;

        /// <summary>Hides the body, which may hold personal data.</summary>
        public override string ToString() => $"Answered {Status}";
    }
}

/// <summary>An error in the rail's own form. One code has several meanings, so that code and text count together.</summary>
internal sealed record MpesaProblem(int Status, string Code, string Text)
{
    /// <summary>For the operator: the code, and the text where it is one of the documented ones, since others may hold anything.</summary>
    public string Shown => (IsCode(Code) ? Code : "a code that is none") + (Documented.FirstOrDefault(Says) is { } text ? $" ({text})" : "");

    /// <summary>The token is not taken: certainly nothing was done.</summary>
    public bool IsOfToken => Status is 400 or 401 or 404 && Code is "400.003.01" or "401.002.01" or "404.001.03" && Says(InvalidToken);

    /// <summary>The request as such is refused: a wrong path, header or method.</summary>
    public bool IsOfCall => Status is 404 or 405 && Code is "404.001.01" or "404.002.01" or "404.003.01" or "404.001.04" or "405.001";

    /// <summary>A value is refused.</summary>
    public bool IsOfValue => Status == 400 && Code is "400.002.02" or "400.003.02" or "400.002.05";

    /// <summary>We are too quick, or our share is used up.</summary>
    public bool IsOfPace => Status is 500 or 429 && ((Code == "500.003.02" && Says(Spike)) || (Code == "500.003.03" && Says(Quota)));

    /// <summary>The rail has too much to do.</summary>
    public bool IsBusy => Status == 500 && Code == "500.003.02" && Says(Busy);

    /// <summary>The short code or its credentials are none.</summary>
    public bool IsOfMerchant => Status == 500 && Code == "500.001.1001" && (Says(NoMerchant) || Says(WrongCredentials));

    /// <summary>The payer has a prompt already.</summary>
    public bool IsLocked => Status == 500 && Code == "500.001.1001" && Says(Locked);

    /// <summary>A prompt that is asked about is still open.</summary>
    public bool IsUnderWay => Status == 500 && Code == "500.001.1001" && Says(UnderWay);

    /// <summary>The rail has a payout of this number.</summary>
    public bool IsDuplicate => Status == 500 && Code == "500.002.1001" && Says(Duplicate);

    private const string InvalidToken = "Invalid Access Token", Spike = "Spike Arrest", Quota = "Quota Violation", Busy = "System is busy", NoMerchant = "Merchant does not exist",
        WrongCredentials = "Wrong credentials", Locked = "Unable to lock subscriber", UnderWay = "The transaction is being processed", Duplicate = "Duplicate OriginatorConversationID", Internal = "System internal error";

    private static readonly string[] Documented = [InvalidToken, Spike, Quota, Busy, NoMerchant, WrongCredentials, Locked, UnderWay, Duplicate, Internal];

    /// <summary>Whether a text may be shown as a code.</summary>
    public static bool IsCode(string text) => text.Length is >= 1 and <= 24 && text.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_');

    /// <summary>Whether the text speaks of it.</summary>
    public bool Says(string what) => Text.Contains(what, StringComparison.OrdinalIgnoreCase);
}
