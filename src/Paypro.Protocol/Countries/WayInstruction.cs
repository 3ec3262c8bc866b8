namespace Paypro.Protocol.Countries;

/// <summary>The kinds of payment instruction. They are stored, and tell a page how to show the value.</summary>
public static class InstructionKinds
{
    /// <summary>A CLABE to transfer to (Mexico).</summary>
    public const string Clabe = "clabe";

    /// <summary>A reference that a shop scans or types.</summary>
    public const string Barcode = "barcode";

    /// <summary>The payload of a QR code, also to be copied and pasted (PIX, QRIS, VietQR, QR Ph).</summary>
    public const string Qr = "qr";

    /// <summary>A virtual account number to transfer to.</summary>
    public const string VirtualAccount = "va";

    /// <summary>The payer's phone number with its middle hidden, on which a prompt has appeared (M-PESA).</summary>
    public const string Prompt = "prompt";

    /// <summary>The wallet's page, to which the payer goes.</summary>
    public const string Redirect = "redirect";
}

/// <summary>
/// What a payer gets to pay with, as the rail's public standard shapes it. It is part of the country's data, so that any channel, the
/// sandbox above all, can serve a way that it has not heard of.
/// </summary>
/// <param name="Kind">One of <see cref="InstructionKinds"/>.</param>
public abstract record WayInstruction(string Kind);

/// <summary>A scarce number that is leased to one order: prefix, bucket (two digits), serial, check digit.</summary>
/// <param name="Kind">One of <see cref="InstructionKinds"/>.</param>
/// <param name="Space">Name of the number space within a channel account: <c>clabe</c>.</param>
/// <param name="PrefixSetting">The channel account's setting that holds the prefix: <c>clabePrefix</c>.</param>
/// <param name="DefaultPrefix">The prefix without that setting.</param>
/// <param name="Digits">Digits in all, the check digit included; at least nine more than the prefix.</param>
/// <param name="PrefixAtLeast">Fewest digits of a prefix.</param>
/// <param name="PrefixAtMost">Most digits of a prefix: at least six stay for the serial, a million orders per bucket.</param>
/// <param name="Complete">Appends the one check digit; where the rail knows none, a digit that the number decides all the same.</param>
/// <param name="BankSetting">The channel account's setting that names the bank or network that takes the payment.</param>
/// <param name="DefaultBank">Its name without that setting.</param>
public sealed record NumberInstruction(
    string Kind, string Space, string PrefixSetting, string DefaultPrefix, int Digits, int PrefixAtLeast, int PrefixAtMost,
    Func<string, string> Complete, string BankSetting, string DefaultBank) : WayInstruction(Kind);

/// <summary>A QR payload that we make ourselves.</summary>
/// <param name="ReferenceLength">Characters of the reference by which the rail tells orders apart, 16 to 28.</param>
/// <param name="Encode">Makes the payload. Pure.</param>
/// <param name="Network">What the payer reads as the network: <c>PIX</c>, <c>QRIS</c>.</param>
public sealed record QrInstruction(int ReferenceLength, Func<QrOrder, string> Encode, string Network) : WayInstruction(InstructionKinds.Qr);

/// <summary>A prompt on the payer's phone; the rail is always asked. The payer's phone number must be known.</summary>
/// <param name="Network">The wallet's name as the payer knows it.</param>
/// <param name="Lasts">After this time the phone shows the prompt no more, so that another one may be sent.</param>
public sealed record PromptInstruction(string Network, TimeSpan Lasts) : WayInstruction(InstructionKinds.Prompt)
{
    /// <summary>
    /// A phone number as the instruction's value: enough to see that it is one's own. Instructions stay when a payer's personal data is
    /// erased, so the whole number must not be in one.
    /// </summary>
    public static string Masked(string phone) => phone.Length < 8 ? new string('*', phone.Length) : $"{phone[..3]}{new string('*', phone.Length - 6)}{phone[^3..]}";
}

/// <summary>The payer goes to the wallet's page; the rail is always asked.</summary>
/// <param name="Network">The wallet's name as the payer knows it.</param>
public sealed record RedirectInstruction(string Network) : WayInstruction(InstructionKinds.Redirect);

/// <summary>What a QR payload is made from.</summary>
/// <param name="Reference">Tells the order apart: letters and digits.</param>
/// <param name="AmountMinor">Minor units of the country's currency, above zero.</param>
/// <param name="MerchantName">Who is paid, as the payer should read it; any letters.</param>
/// <param name="Settings">The channel account's settings: keys, national numbers, banks. Each template has a default for the sandbox.</param>
public sealed record QrOrder(string Reference, long AmountMinor, string MerchantName, IReadOnlyDictionary<string, string> Settings);
