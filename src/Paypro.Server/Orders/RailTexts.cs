using Paypro.Channels;
using Paypro.Server.Platform;

namespace Paypro.Server.Orders;

/// <summary>
/// The border for texts of rails. Sentences and what is only shown are made storable. A key of a movement and a payment instruction are
/// never changed: another key could be counted as another movement or as a known one, and a payer would pay to another number.
/// </summary>
internal static class RailTexts
{
    private const int LongestReason = 500;
    private const int LongestReference = 200;
    private const int LongestName = 200;

    /// <summary>A movement's key; a longer one is none that could be compared.</summary>
    public const int LongestKey = 200;

    private const int LongestCurrency = 8;
    private const int LongestRailId = 128;

    /// <summary>
    /// A statement as it may go on. Its reference names an order of ours only if it is exactly that, so an unusable one stays unusable
    /// (U+FFFD) and the money goes to suspense. An unusable <see cref="Observation.DedupeKey"/> is left out, which makes a movement one without
    /// a key; an unusable instruction is left out.
    /// </summary>
    public static Observation Clean(Observation said) => said with
    {
        Reference = OutsideText.Line(said.Reference, LongestReference),
        RailReference = OutsideText.Line(said.RailReference, LongestReference),
        DedupeKey = said.DedupeKey.Length <= LongestKey && OutsideText.IsClean(said.DedupeKey) ? said.DedupeKey : "",
        OfPayment = OutsideText.Line(said.OfPayment, LongestKey),
        Currency = OutsideText.Line(said.Currency, LongestCurrency),
        Reason = Reason(said.Reason),
        RailId = RailId(said.RailId),
        SenderBank = OutsideText.Line(said.SenderBank, LongestName),
        Instruction = said.Instruction is { } instruction ? Clean(instruction) : null,
    };

    /// <summary>What a rail answered to the request for an instruction. One that cannot be used as it came is nonsense, so that nobody knows what it did.</summary>
    public static InstructionOutcome Clean(InstructionOutcome outcome) => outcome switch
    {
        InstructionOutcome.Accepted accepted => Clean(accepted.Instruction) is { } instruction
            ? new InstructionOutcome.Accepted(instruction, RailId(accepted.RailId))
            : new InstructionOutcome.Unknown("the rail's instruction has characters that cannot be used"),
        InstructionOutcome.Declined declined => declined with { Reason = Reason(declined.Reason) },
        InstructionOutcome.Unknown unknown => unknown with { Reason = Reason(unknown.Reason), RailId = RailId(unknown.RailId) },
        _ => throw new InvalidOperationException($"{outcome.GetType().Name} is no outcome of a request."),
    };

    /// <summary>What a rail answered to a send.</summary>
    public static SendOutcome Clean(SendOutcome outcome) => outcome switch
    {
        SendOutcome.Accepted accepted => accepted with { RailId = RailId(accepted.RailId) },
        SendOutcome.Declined declined => declined with { Reason = Reason(declined.Reason) },
        SendOutcome.Unknown unknown => unknown with { Reason = Reason(unknown.Reason), RailId = RailId(unknown.RailId) },
        _ => outcome,
    };

    /// <summary>What a rail answered about an account.</summary>
    public static AccountOutcome Clean(AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.Found found => found with { HolderName = OutsideText.Line(found.HolderName, LongestName) },
        AccountOutcome.NotFound notFound => notFound with { Reason = Reason(notFound.Reason) },
        AccountOutcome.Unknown unknown => unknown with { Reason = Reason(unknown.Reason) },
        _ => outcome,
    };

    /// <summary>A rail's reason, of which the order's history keeps as much.</summary>
    public static string Reason(string reason) => OutsideText.Line(reason, LongestReason);

    /// <summary>A name that cannot be given back as it came is of no use.</summary>
    private static string RailId(string id) => id.Length <= LongestRailId && OutsideText.IsClean(id) ? id : "";

    private static PaymentInstruction? Clean(PaymentInstruction instruction) => OutsideText.IsClean(instruction.Kind) && OutsideText.IsClean(instruction.Value)
        ? instruction with
        {
            Bank = instruction.Bank is { } bank ? OutsideText.Line(bank, LongestName) : null,
            BeneficiaryName = instruction.BeneficiaryName is { } name ? OutsideText.Line(name, LongestName) : null,
        }
        : null;
}
