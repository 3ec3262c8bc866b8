using CsCheck;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Countries.Accounts;
using Paypro.Server.Reference;

namespace Paypro.UnitTests.Protocol.Countries;

/// <summary>One account, code, key or identity is one text for rules, content and rail, however it was written.</summary>
public class NormalFormTests
{
    private static readonly (Country Country, Operation Operation, RequestDraft Right)[] Calls = [.. Accounts()];

    [Theory]
    [InlineData("pk36 scbl 0000 0011 2345 6702", "PK36SCBL0000001123456702")]
    [InlineData("PK36\u00A0SCBL\u2007000\u200B0001123456702\uFEFF", "PK36SCBL0000001123456702")]
    [InlineData("０１２ 180‑0012−3456–7899", "012180001234567899")]
    [InlineData("٠١٠۱۲𝟑", "010123")]
    [InlineData("\u202E1234\u202C", "1234")]
    [InlineData("ｉｄｆｂ０", "IDFB0")]
    [InlineData("ıſK", "ıſK")] // no letters of English, whatever an alphabet or a culture makes of them
    [InlineData("-1", "-1")]
    [InlineData("1-", "1-")]
    [InlineData("-", "-")]
    [InlineData("123456.0", "123456.0")]
    [InlineData("\u200B\u00A0", "")]
    public void An_account_has_one_form(string text, string expected) => Assert.Equal(expected, NormalForm.Account(text));

    [Theory]
    [InlineData("529.982.247-25", "52998224725")]
    [InlineData("12.abc.345/01de-35", "12ABC34501DE35")]
    [InlineData("-529", "-529")]
    public void A_tax_number_has_no_punctuation(string text, string expected) => Assert.Equal(expected, NormalForm.TaxNumber(text));

    [Theory]
    [InlineData("+62 (812) 4590-7765", "+6281245907765")]
    [InlineData("＋62 812", "+62812")]
    [InlineData("254115555088.0", "254115555088.0")]
    public void A_phone_number_keeps_its_plus(string text, string expected) => Assert.Equal(expected, NormalForm.Phone(text));

    [Fact]
    public void A_form_is_its_own_form() => Gen.String.Sample(text =>
    {
        foreach (var form in (Func<string, string>[])[NormalForm.Plain, NormalForm.Account, NormalForm.TaxNumber, NormalForm.Phone])
        {
            // The form of a form that ends with what was between two characters may lose more; what rules take has no such end.
            if (form(text).All(char.IsAsciiLetterOrDigit))
            {
                Assert.Equal(form(text), form(form(text)));
            }
        }
    });

    /// <summary>Every example of every country that names an account, with the account written in other ways.</summary>
    [Theory]
    [MemberData(nameof(WithAccount))]
    public void One_account_is_one_content(string segment, string path)
    {
        var (country, operation) = Find(segment, path);
        var field = operation.Fields.First(f => f.Role == FieldRole.Account);
        foreach (var right in RequestDraft.Rights(country, operation, isSandbox: false))
        {
            var first = Read(country, operation, right, out _)!;
            foreach (var written in Writings(first.Account!))
            {
                var again = Read(country, operation, right.With(field.Name, RequestDraft.Quote(written)), out var error);
                Assert.True(error is null, $"{segment} {first.AccountType} {RequestDraft.Quote(written)}: {error}");
                Assert.Equal((first.Account, first.ContentText(), written), (again!.Account, again.ContentText(), again.SentAccount));
            }
        }
    }

    [Theory]
    [MemberData(nameof(WithAccount))]
    public void What_is_no_account_is_refused(string segment, string path)
    {
        var (country, operation) = Find(segment, path);
        var field = operation.Fields.First(f => f.Role == FieldRole.Account);
        foreach (var right in RequestDraft.Rights(country, operation, isSandbox: false))
        {
            foreach (var wrong in (string[])["-", "--", "x", "X", "+", ".", "/", "0", "1", "٣", "１", "GB29NWBK60161331926819", "pk37scbl0000001123456702", "?", "a@b", "\u200B", "\u3164\u3164\u3164\u3164\u3164\u3164", "-9876543210"])
            {
                // An account of another bank elsewhere may have this very form.
                var isTaken = wrong.Length > 20 && country.IsoCode == "IN";
                Assert.Equal(isTaken, Read(country, operation, right.With(field.Name, RequestDraft.Quote(wrong)), out var error) is not null);
                Assert.True(isTaken || error!.StartsWith($"{field.Name}: ", StringComparison.Ordinal), $"{segment} {wrong}: {error}");
            }
        }
    }

    [Fact]
    public void A_rail_gets_plain_characters_alone() => Gen.Select(Gen.Int[0, Calls.Length - 1], Gen.String[0, 40]).Sample((index, text) =>
    {
        var (country, operation, right) = Calls[index];
        var field = operation.Fields.First(f => f.Role == FieldRole.Account);
        var fields = Read(country, operation, right.With(field.Name, RequestDraft.Quote(text)), out _);
        Assert.True(fields is null || !fields.Account.AsSpan().ContainsAnyExceptInRange('!', '~'));
    });

    [Theory]
    [InlineData("IN", "bankCode", "idfb0043121", "IDFB0043121")]
    [InlineData("IN", "bankCode", "ＩＤＦＢ 0043121 ", "IDFB0043121")]
    [InlineData("MX", "wayCode", "banxico\u00A0", "BANXICO")]
    [InlineData("MX", "wayCode", "bbva méxico", "BBVA_MEXICO")]
    [InlineData("MX", "wayCode", "店HSBC", null)]
    [InlineData("MX", "wayCode", "40.012", null)]
    [InlineData("NG", "bankCode", "０４４", "0044")]
    [InlineData("KR", "bankCode", " 0001 ", "0001")]
    [InlineData("PK", "bankName", "allied bank limited", "ALLIED_BANK_LIMITED")]
    public void A_bank_is_one_however_its_code_is_written(string iso, string name, string text, string? code)
    {
        var country = CountryCatalog.BuiltIn.FindCountry(iso)!;
        var operation = country.FindOperation(OperationKind.CreatePayout)!;
        var draft = RequestDraft.Of(operation, new Sample("example"), isSandbox: true).With(name, RequestDraft.Quote(text));
        Assert.Equal(code, Read(country, operation, draft, out _, isSandbox: true)?.BankCode);
    }

    [Theory]
    [InlineData("MX", OperationKind.CreatePayIn, "wayCode", "VA")]
    [InlineData("ID", OperationKind.CreatePayIn, "channelCode", "ewallet")]
    [InlineData("ID", OperationKind.CreatePayIn, "wayCode", " dana")]
    [InlineData("NG", OperationKind.CreatePayIn, "channelCode", "Ewallet")]
    [InlineData("BD", OperationKind.CreatePayIn, "wayCode", "ewallet_bkash")]
    [InlineData("PH", OperationKind.CreatePayIn, "payType", "grabpay")]
    [InlineData("VN", OperationKind.CreatePayIn, "bankName", "VIETQR")]
    [InlineData("PK", OperationKind.CreatePayIn, "paymentType", "EasyPaisa")]
    [InlineData("MX", OperationKind.CreatePayout, "customerAccountType", "debitcard")]
    [InlineData("PK", OperationKind.CreatePayout, "accountType", "bank")]
    [InlineData("BR", OperationKind.CreatePayIn, "identityType", "cpf")]
    [InlineData("BR", OperationKind.CreatePayout, "bankType", "Cpf")]
    public void A_code_is_the_same_in_any_letter_case(string iso, OperationKind kind, string name, string text)
    {
        var country = CountryCatalog.BuiltIn.FindCountry(iso)!;
        var operation = country.FindOperation(kind)!;
        var draft = RequestDraft.Of(operation, new Sample("example"), isSandbox: true);
        var again = Read(country, operation, draft.With(name, RequestDraft.Quote(text)), out var error, isSandbox: true);
        Assert.Null(error);
        Assert.Equal(Read(country, operation, draft, out _, isSandbox: true)!.ContentText(), again!.ContentText());
    }

    /// <summary>The body is signed for one operation, and another spelling of its name is not that name.</summary>
    [Fact]
    public void The_name_of_an_operation_is_taken_as_it_stands()
    {
        var refund = Mexico.Country.FindOperation(OperationKind.CreateRefund)!;
        var draft = RequestDraft.Of(refund, new Sample("example"), isSandbox: true).With("operation", "\"Refund\"");
        Assert.Null(Read(Mexico.Country, refund, draft, out var error, isSandbox: true));
        Assert.StartsWith("operation: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("customerCert", "17301-2345678-9", "1730123456789")]
    [InlineData("customerCert", "١٧٣٠١ ٢٣٤٥٦٧٨ ٩", "1730123456789")]
    [InlineData("customerCert", "-", "-")]
    [InlineData("customerCert", "\u00A0", null)]
    public void An_identity_has_one_form(string name, string text, string? identity)
    {
        var operation = Pakistan.Country.FindOperation(OperationKind.CreatePayIn)!;
        var draft = RequestDraft.Of(operation, new Sample("example"), isSandbox: false).With(name, RequestDraft.Quote(text));
        var fields = Read(Pakistan.Country, operation, draft, out var error);
        Assert.Equal(identity == "-", error is not null);
        Assert.Equal(identity == "-" ? null : identity, fields?.Identity);
    }

    [Theory]
    [InlineData("ID", "DANA", "081245907765", "6281245907765", "+62 812-4590-7765", "0062 81245907765")]
    [InlineData("ID", "DANA", "0812345678901", "62812345678901", "+62 812345678901")]
    [InlineData("PK", "EASYPAISA", "03115112345", "3115112345", "923115112345", "+92 311 5112345", "0092-311-5112345")]
    [InlineData("PH", "Maya", "09539077075", "9539077075", "639539077075", "+63 953 907 7075")]
    public void A_wallet_has_one_number(string iso, string bank, params string[] numbers)
    {
        var country = CountryCatalog.BuiltIn.FindCountry(iso)!;
        var operation = country.FindOperation(OperationKind.CreatePayout)!;
        var contents = numbers.Select(number => Read(
            country, operation, RequestDraft.Of(operation, new Sample("wallet", [(FieldRole.Bank, bank), (FieldRole.Account, number), .. Kind(operation)]), isSandbox: false), out _)!);
        Assert.All(contents, fields => Assert.Equal((numbers[0], contents.First().ContentText()), (fields.Account, fields.ContentText())));

        static (FieldRole Role, string? Text)[] Kind(Operation operation) =>
            operation.Fields.Any(f => f.Role == FieldRole.AccountType) ? [(FieldRole.AccountType, Pakistan.WalletAccount)] : [];
    }

    [Theory]
    [InlineData("EG", "01123456789", "201123456789", "+20 112 345 6789")]
    [InlineData("BD", "01123456789", "+880 1123-456789", "008801123456789")]
    [InlineData("KE", "254115555088", "+254 115 555 088", "00254115555088")]
    public void A_phone_that_is_the_account_has_one_number(string iso, params string[] numbers)
    {
        var country = CountryCatalog.BuiltIn.FindCountry(iso)!;
        var operation = country.FindOperation(OperationKind.CreatePayout)!;
        Assert.All(numbers, number => Assert.Equal(
            numbers[0],
            Read(country, operation, RequestDraft.Of(operation, new Sample("phone", [(FieldRole.Account, number)]), isSandbox: false), out _)?.Account));
    }

    /// <summary>At a bank these digits are an account, and no phone number.</summary>
    [Fact]
    public void A_banks_account_is_never_read_as_a_phone_number()
    {
        Assert.Equal("0062812345678", AccountAt(Indonesia.Country, "0002", "0062812345678"));
        Assert.Equal("6281234567890", AccountAt(Indonesia.Country, "0002", "6281234567890"));
        Assert.Equal("639171234567", AccountAt(Philippines.Country, "BPI", "639171234567"));
        Assert.Null(AccountAt(Indonesia.Country, "0002", "+6281234567890"));

        static string? AccountAt(Country country, string bank, string account)
        {
            var operation = country.FindOperation(OperationKind.CreatePayout)!;
            return Read(country, operation, RequestDraft.Of(operation, new Sample("bank", [(FieldRole.Bank, bank), (FieldRole.Account, account)]), isSandbox: false), out _)?.Account;
        }
    }

    /// <summary>What a rail writes of a sender is brought into the form of every payout.</summary>
    [Fact]
    public void A_refund_goes_to_the_senders_account_in_its_one_form()
    {
        Assert.Equal("012180001234567899", PayoutTarget.Find(Mexico.Country, "012 180 00123456789 9", "", Mexico.Country.Banks)?.Account);
        Assert.Equal("PK36SCBL0000001123456702", PayoutTarget.Find(Pakistan.Country, "pk36 scbl 0000 0011 2345 6702", "SCBL", Pakistan.Country.Banks)?.Account);
        Assert.Null(PayoutTarget.Find(Pakistan.Country, "-", "SCBL", Pakistan.Country.Banks));
    }

    /// <summary>Nobody's code means another bank, and what is in a list finds its bank.</summary>
    [Fact]
    public void Every_code_of_every_list_finds_its_bank() => Assert.All(CountryCatalog.BuiltIn.Countries, country =>
        Assert.All(country.Banks.Banks, bank =>
        {
            Assert.Equal(bank, country.Banks.Find(bank.Code));
            Assert.Equal(bank, country.Banks.Find(bank.Code.ToLowerInvariant().Replace('_', ' ')));
            Assert.All(bank.Aliases, alias => Assert.Equal(bank, country.Banks.Find(alias)));
        }));

    [Theory]
    [InlineData("044", "0044")]
    [InlineData("058", "0058")]
    [InlineData("301", "0301")]
    [InlineData("50211", "090267")]
    [InlineData("50515", "090405")]
    [InlineData("999992", "100004")]
    [InlineData("000014", "0044")]
    [InlineData("50200", null)] // a bank that is not in the list
    public void Nigerian_banks_are_known_by_the_central_banks_codes(string text, string? code) => Assert.Equal(code, Nigeria.Country.Banks.Find(text)?.Code);

    [Fact]
    public void What_stands_for_two_banks_stands_for_none()
    {
        var banks = new BankDirectory([new("A_B", "One", "", "bank"), new("A-B", "Other", "", "bank"), new("C_D", "Third", "", "bank")]);
        Assert.Equal(("A_B", "A-B", "C_D"), (banks.Find("a_b")?.Code, banks.Find("a-b")?.Code, banks.Find("c d")?.Code));
        Assert.Null(banks.Find("a b"));
        Assert.Null(banks.Find("-"));
    }

    public static TheoryData<string, string> WithAccount()
    {
        var data = new TheoryData<string, string>();
        foreach (var (country, operation, _) in Accounts().DistinctBy(call => (call.Country, call.Operation)))
        {
            data.Add(country.Segment, operation.Path);
        }

        return data;
    }

    private static IEnumerable<(Country Country, Operation Operation, RequestDraft Right)> Accounts() =>
        from country in CountryCatalog.BuiltIn.Countries
        from operation in country.Operations
        where operation.Fields.Any(field => field.Role == FieldRole.Account)
        from right in RequestDraft.Rights(country, operation, isSandbox: false)
        select (country, operation, right);

    private static (Country Country, Operation Operation) Find(string segment, string path)
    {
        var country = CountryCatalog.BuiltIn.Countries.First(c => c.Segment == segment);
        return (country, country.Operations.First(o => o.Path == path));
    }

    private static IEnumerable<string> Writings(string account)
    {
        yield return $" {account}\u00A0";
        yield return $"\uFEFF{account[..1]}\u200B{account[1..]}\u200E";
        yield return Digits(account, '０');
        yield return Digits(account, '٠');
        yield return Digits(account, '০');
        if (account.All(char.IsAsciiLetterOrDigit))
        {
            yield return account.ToLowerInvariant();
            yield return string.Join(' ', account.Chunk(4).Select(part => new string(part)));
            yield return string.Join('-', account.Chunk(3).Select(part => new string(part)));
            yield return string.Join('\u2011', account.Chunk(5).Select(part => new string(part)));
            yield return string.Join('\u3000', account.Chunk(2).Select(part => new string(part)));
        }
    }

    private static string Digits(string text, char zero) => string.Concat(text.Select(c => char.IsAsciiDigit(c) ? (char)(zero + c - '0') : c));

    private static RequestFields? Read(Country country, Operation operation, RequestDraft draft, out string? error, bool isSandbox = false)
    {
        error = null;
        return FlatBody.Read(draft.ToUtf8(), out _) is { } body
            ? RequestReader.Read(country, operation, body, new RequestContext(isSandbox, country.Banks), out error)
            : null;
    }
}
