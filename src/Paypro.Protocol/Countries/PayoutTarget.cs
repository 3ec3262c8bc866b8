namespace Paypro.Protocol.Countries;

/// <summary>An account that money came from, as a country's payouts name it.</summary>
/// <param name="AccountType">The kind of the account; empty in a country that has one kind.</param>
/// <param name="BankCode">Of our list; empty where the country has none.</param>
/// <param name="Account">In its one form, as every payout has it.</param>
public sealed record PayoutTarget(string AccountType, string BankCode, string Account)
{
    /// <summary>The first kind of account by whose rules a payout could go to an account, with the bank that the rules find for it.</summary>
    /// <param name="country">The country.</param>
    /// <param name="account">The account as the rail names it.</param>
    /// <param name="bank">Its bank; empty when it is not known.</param>
    /// <param name="banks">The banks of the country, as the operator has them now.</param>
    /// <returns>Null when no kind takes it.</returns>
    public static PayoutTarget? Find(Country country, string account, string bank, IBankDirectory banks)
    {
        if (account.Length == 0 || country.FindOperation(OperationKind.CreatePayout) is not { } payout)
        {
            return null;
        }

        var context = new RequestContext(IsSandbox: false, banks);
        foreach (var kind in country.PayoutKinds)
        {
            var fields = new RequestFields(payout);
            fields[FieldRole.Account] = payout.Fields.First(field => field.Role == FieldRole.Account).Normal(account);
            fields[FieldRole.AccountType] = kind == "*" ? null : kind;
            fields[FieldRole.Bank] = bank.Length == 0 ? null : bank;
            fields.Bank = bank.Length == 0 ? null : banks.Find(bank);
            if (payout.Fields.All(field => Fits(field, fields, context))
                && payout.Checks.Where(check => check.Role is FieldRole.Account or FieldRole.Bank).All(check => check.Find(fields, context) is null)
                && (fields.BankCode is not null || payout.Fields.All(field => field is not { Role: FieldRole.Bank, Presence: Presence.Required })))
            {
                return new PayoutTarget(fields.AccountType ?? "", fields.BankCode ?? "", fields.Account!);
            }
        }

        return null;
    }

    private static bool Fits(Field field, RequestFields fields, RequestContext context) =>
        field.Role is not (FieldRole.Account or FieldRole.AccountType)
        || fields[field.Role] is not { } text
        || (text.Length <= field.MaxLength && field.Rules.All(rule => rule(text, context) is null));
}
