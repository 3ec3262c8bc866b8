using Paypro.Protocol.Countries.Accounts;
using Paypro.Protocol.Qr;

namespace Paypro.Protocol.Countries;

/// <summary>Brazil: PIX in both directions. The page exists in two versions, with the sign in the header or in the body; both are taken.</summary>
public static class Brazil
{
    /// <summary>The only way to pay in. Merchants do not name it.</summary>
    public const string Pix = "PIX";

    /// <summary>A payout's kinds of PIX key, as <see cref="PixKey.TypeNamed"/> reads them.</summary>
    public const string CpfKey = "CPF", CnpjKey = "CNPJ", EmailKey = "EMAIL", PhoneKey = "PHONE", EvpKey = "EVP";

    /// <summary>The channel account's settings: the key that is paid to, and the city that an app shows.</summary>
    public const string KeySetting = "pixKey", CitySetting = "pixCity";

    // Documented examples that break the documented rules: a CPF of ten digits, keys and numbers with wrong check digits.
    private const string ExampleCpf = "2348937596", ExampleKey = "10094038292", ExampleRecipient = "18171847084";

    /// <summary>A static code to the account's key; the txid, which comes back with the money, tells orders apart (25 characters at most).</summary>
    private static readonly QrInstruction PixCode = new(PixTxId.MaxStaticLength, order => PixBrCode.Static(
        order.Settings.GetValueOrDefault(KeySetting) ?? "7d9f0335-8dcc-4054-9bf9-0dbd61d36906",
        order.Reference,
        order.AmountMinor,
        new EmvMerchant(EmvMerchant.NameOf(order.MerchantName), order.Settings.GetValueOrDefault(CitySetting) ?? "Sao Paulo")), "PIX");

    private static readonly Operation CreatePayIn = new()
    {
        Kind = OperationKind.CreatePayIn,
        Path = "/v1/paypro/payin",
        SignMayBeHeader = true,
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("test_00000007"),
            Fields.Amount("300"),
            Fields.Name("name", Presence.Required) with { Example = "123" },
            new("identityType", FieldRole.IdentityType, Presence.Required, 8, "Kind of the payer's tax number: CPF.", CpfKey) { Rules = [Rules.OneOf(CpfKey)] },
            new("userIdentity", FieldRole.Identity, Presence.Required, 14, "The payer's CPF: 11 digits.", ExampleCpf)
            {
                Form = NormalForm.TaxNumber,
                Rules = [Rules.ButExample(Rules.Formed(CheckCpf, "^[0-9]{11}$"), ExampleCpf)],
                LiveExample = "52998224725",
            },
            Fields.NotifyUrl(Presence.Required, "http://abc.com/notify"),
            Fields.ReturnUrl(Presence.Optional),
            Fields.Remark(Presence.Required) with { Example = "000000" },
        ],
        Response = Responses.CreatedPayIn,
    };

    private static readonly Operation CreatePayout = new()
    {
        Kind = OperationKind.CreatePayout,
        Path = "/v1/paypro/payout",
        SignMayBeHeader = true,
        Fields =
        [
            Fields.Sign(),
            Fields.Timestamp(),
            Fields.TradeNo("123231222"),
            Fields.Amount("300"),
            Fields.Name("name", Presence.Required, "The recipient's name."),
            Fields.Email("email", Presence.Required),
            Fields.Mobile("mobile", Presence.Required, "123456789"),
            new("bankType", FieldRole.AccountType, Presence.Required, 8, "Kind of the PIX key.", CpfKey)
            {
                Rules = [Rules.OneOf(CpfKey, CnpjKey, EmailKey, PhoneKey, EvpKey)],
            },
            new("bankNumber", FieldRole.Account, Presence.Required, PixKey.MaxLength, "The recipient's PIX key.", ExampleKey) { Form = NormalForm.Plain },
            new("identityType", FieldRole.IdentityType, Presence.Required, 8, "Kind of the recipient's tax number: CPF or CNPJ.", CpfKey)
            {
                Rules = [Rules.OneOf(CpfKey, CnpjKey)],
            },
            new("userIdentity", FieldRole.Identity, Presence.Required, 18, "The recipient's CPF (11 digits) or CNPJ (14 characters).", ExampleRecipient) { Form = NormalForm.TaxNumber },
            Fields.NotifyUrl(Presence.Required, "xxxxxx"),
            Fields.Remark(Presence.Required) with { Example = "000000" },
        ],
        Checks =
        [
            new(FieldRole.Account, CheckKey)
            {
                Breaks =
                [
                    new("CPF key", (FieldRole.AccountType, CpfKey), (FieldRole.Account, "11111111111")),
                    new("CNPJ key", (FieldRole.AccountType, CnpjKey), (FieldRole.Account, "11222333000100")),
                    new("e-mail key", (FieldRole.AccountType, EmailKey), (FieldRole.Account, "nobody")),
                    new("phone key", (FieldRole.AccountType, PhoneKey), (FieldRole.Account, "12345")),
                    new("random key", (FieldRole.AccountType, EvpKey), (FieldRole.Account, "7d9f0335")),
                ],
            },
            new(FieldRole.Identity, CheckIdentity)
            {
                Breaks =
                [
                    new("CPF", (FieldRole.IdentityType, CpfKey), (FieldRole.Identity, "11111111111")),
                    new("CNPJ", (FieldRole.IdentityType, CnpjKey), (FieldRole.Identity, "11222333000100")),
                ],
            },
        ],
        Examples =
        [
            new("CNPJ key", (FieldRole.AccountType, CnpjKey), (FieldRole.Account, "11222333000181"), (FieldRole.IdentityType, CnpjKey), (FieldRole.Identity, "11222333000181")),
            new("e-mail key", (FieldRole.AccountType, EmailKey), (FieldRole.Account, "kevin@example.com")),
            new("phone key", (FieldRole.AccountType, PhoneKey), (FieldRole.Account, "+5511987654321")),
            new("random key", (FieldRole.AccountType, EvpKey), (FieldRole.Account, "123e4567-e89b-42d3-a456-426614174000")),
        ],
        Response = Responses.Created,
    };

    /// <summary>The country.</summary>
    public static Country Country { get; } = new()
    {
        IsoCode = "BR",
        Name = "Brazil",
        Segment = "brz-pay",
        Currency = Currency.Brl,
        TimeZone = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo"),
        Papers = MerchantPaper.Of(("cnpj", "Cartão CNPJ"), ("contrato", "Contrato social"), ("inscricao", "Inscrição estadual or municipal")),
        AmountDecimals = true,

        // A code carries amounts of 13 characters at most.
        PayInWays = [new(Pix, "PIX", TimeSpan.FromHours(24), MinMinor: 1, MaxMinor: 9_999_999_999_99, PixCode)],
        PayoutKinds = [CpfKey, CnpjKey, EmailKey, PhoneKey, EvpKey],

        // PIX pays to a key, so no operation asks for a bank.
        Banks = BankDirectory.None,
        Operations =
        [
            CreatePayIn,
            CreatePayout,
            new()
            {
                Kind = OperationKind.QueryPayIn,
                Path = "/v1/paypro/queryPayInResult",
                SignMayBeHeader = true,
                Fields = Fields.Query("1000002"),
                Response = Responses.Queried,
            },

            // The page of the payout query was not found; the other countries' path and the pay-in query's answer stand in.
            new()
            {
                Kind = OperationKind.QueryPayout,
                Path = "/v1/paypro/queryPayOutResult",
                SignMayBeHeader = true,
                Fields = Fields.Query("123231222"),
                Response = Responses.Queried,
            },
            new()
            {
                Kind = OperationKind.QueryBalance,
                Path = "/v1/paypro/queryBalance",
                SignMayBeHeader = true,
                Fields = [Fields.Timestamp(), Fields.Sign()],
                Response = Responses.Balance(ResponseForm.FourDecimalsNumber),
            },
        ],
        PayInNotification = Responses.Notified,
        PayoutNotification = Responses.Notified,
        Codes = [new(ResultStatus.Success, "Success"), new(ResultStatus.Processing, "Paying"), new(ResultStatus.Failed, "Fail")],
    };

    private static string? CheckCpf(string text, RequestContext context) => Cpf.IsValid(text) ? null : "must be a CPF: 11 digits with right check digits";

    /// <summary>The kind says which form the key must have; the directory's own form is what is sent on.</summary>
    private static string? CheckKey(RequestFields fields, RequestContext context)
    {
        var kind = PixKey.TypeNamed(fields.AccountType!)!.Value;
        if (PixKey.Normalise(kind, fields.Account!) is { } key)
        {
            fields[FieldRole.Account] = key;
            return null;
        }

        return context.IsSandbox && fields.Account == ExampleKey ? null : kind switch
        {
            PixKeyType.Cpf => "must be a CPF: 11 digits with right check digits",
            PixKeyType.Cnpj => "must be a CNPJ: 14 characters with right check digits",
            PixKeyType.Email => "must be an e-mail address",
            PixKeyType.Phone => "must be a mobile number such as +5511987654321",
            _ => "must be a random key: a UUID",
        };
    }

    private static string? CheckIdentity(RequestFields fields, RequestContext context) =>
        (context.IsSandbox && fields.Identity == ExampleRecipient)
            || (fields.IdentityType == CpfKey ? Cpf.IsValid(fields.Identity!) : Cnpj.IsValid(fields.Identity!))
            ? null
            : fields.IdentityType == CpfKey ? "must be a CPF: 11 digits with right check digits" : "must be a CNPJ: 14 characters with right check digits";
}
