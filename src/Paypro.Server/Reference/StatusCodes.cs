using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.Server.Reference;

/// <summary>A code of <c>data.status</c> in words.</summary>
/// <param name="Code">As it is sent.</param>
/// <param name="Name">For programs: <c>Processing</c>.</param>
/// <param name="Title">A few words.</param>
/// <param name="Meaning">What it means and what to do, in sentences.</param>
/// <param name="Documented">The country's own name for it; null where its page does not list it.</param>
internal sealed record StatusCode(string Code, string Name, string Title, string Meaning, string? Documented)
{
    /// <summary>Every code that an order of a country can have, those without an end first.</summary>
    public static IReadOnlyList<StatusCode> Of(Country country)
    {
        string[] always = [ResultStatus.Processing, ResultStatus.Success, ResultStatus.Failed];
        var listed = country.Codes.Select(code => code.Code).Where(code => code != ResponseCode.Refused);
        return [.. always.Concat(listed).Concat(country.FailureCodes.Values).Distinct().Select(code => Describe(country, code))];
    }

    private static StatusCode Describe(Country country, string code)
    {
        var (name, title, meaning) = code switch
        {
            ResultStatus.Processing => ("Processing", "Under way", "Not decided, or not known yet. Wait for the notification or query again; never send the money a second time."),
            ResultStatus.Success => ("Success", "Success", "The money has arrived."),
            ResultStatus.Partial => ("PartlyPaid", "Partly paid", "Less than was asked for is held. Go by the amount that is told."),
            ResultStatus.Failed => ("Failed", "Failed", "Certainly failed, expired, cancelled or returned; the message says which."),
            ResultStatus.DailyAmountReached => ("DailyAmountReached", "Daily amount reached", "Failed: the recipient may receive no more today."),
            ResultStatus.UnknownError => ("UnknownError", "Failed, reason not told", "A pay-in that failed for a reason that the rail does not tell."),
            "0100007" => ("DailyCountReached", "Daily count reached", "Failed: the recipient may receive no more payments today."),
            "0100023" => ("MonthlyCountReached", "Monthly count reached", "Failed: the recipient may receive no more payments this month."),
            "0100024" => ("DuplicateReference", "Reference used before", "Failed: the rail has had this reference."),
            "60030" => ("MaximumBalanceExceeded", "Wallet full", "Failed: the recipient's wallet may not hold so much."),
            "60019" => ("InsufficientFunds", "Not enough money", "Failed: the payer's wallet lacks the money."),
            "00028" => ("AmountNotNumeric", "Amount not understood", "Failed: the rail could not read the amount."),
            _ => throw new InvalidOperationException($"{country.Name}: status {code} is not described."),
        };
        return new StatusCode(code, name, title, meaning, country.Codes.FirstOrDefault(documented => documented.Code == code)?.Text);
    }
}
