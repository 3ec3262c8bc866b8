using Paypro.Protocol.Countries;
using Paypro.Server.Reference;

namespace Paypro.UnitTests.Protocol.Countries;

/// <summary>A Pakistani payout goes to digits, a wallet's phone or an IBAN at the bank that is named, and to nothing else.</summary>
public class PakistanAccountTests
{
    private const string NoAccount = "bankNumber: must be an account number or an IBAN: PK and 22 letters and digits with right check digits";

    [Theory]
    [InlineData("BANK", "STANDARD_CHARTERED_BANK_LTD", "pk36 scbl 0000 0011 2345 6702", null)]
    [InlineData("BANK", "STANDARD_CHARTERED_BANK_LTD", "0042-79015011-03", null)]
    [InlineData("BANK", "STANDARD_CHARTERED_BANK_LTD", "pk37scbl0000001123456702", NoAccount)]
    [InlineData("BANK", "STANDARD_CHARTERED_BANK_LTD", "GB29NWBK60161331926819", NoAccount)]
    [InlineData("BANK", "STANDARD_CHARTERED_BANK_LTD", "x", NoAccount)]
    [InlineData("BANK", "STANDARD_CHARTERED_BANK_LTD", "-", NoAccount)]
    [InlineData("BANK", "STANDARD_CHARTERED_BANK_LTD", "12345", NoAccount)]
    [InlineData("BANK", "STANDARD_CHARTERED_BANK_LTD", "123456789012345678901", NoAccount)]
    [InlineData("BANK", "FINCA_MICRO_FINANCE_BANK", "PK93FINC0000001123456702", null)]
    [InlineData("BANK", "FINCA_MICRO_FINANCE_BANK", "PK36SCBL0000001123456702", "bankNumber: is an account at SCBL, not at FINCA_MICRO_FINANCE_BANK")]
    [InlineData("WALLET", "EASYPAISA", "9876543210", null)]
    [InlineData("WALLET", "EASYPAISA", "-", NoAccount)]
    [InlineData("WALLET", "EASYPAISA", "x", NoAccount)]
    [InlineData("WALLET", "EASYPAISA", "PK36SCBL0000001123456702", "bankNumber: is an account at SCBL, not at EASYPAISA")]
    [InlineData("WALLET", "UPAISA", "03115112345", null)]
    public void An_account_is_one_that_its_bank_can_have(string kind, string bank, string account, string? error)
    {
        var operation = Pakistan.Country.FindOperation(OperationKind.CreatePayout)!;
        var draft = RequestDraft.Of(operation, new Sample("one", (FieldRole.AccountType, kind), (FieldRole.Bank, bank), (FieldRole.Account, account)), isSandbox: false);
        Assert.Equal(error, draft.ErrorIn(Pakistan.Country, operation, isSandbox: false));
        Assert.Equal(error, draft.ErrorIn(Pakistan.Country, operation, isSandbox: true));
    }
}
