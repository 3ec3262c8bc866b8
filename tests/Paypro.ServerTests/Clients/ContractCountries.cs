// Long because eng/clients writes it: one class for every country.
#nullable enable
using Paypro.Client;

namespace Paypro.ServerTests.Clients;

/// <summary>The clients of all countries, for the one contract test.</summary>
internal static class ContractCountries
{
    public static ContractCalls Make(string segment, HttpClient http, PayproOptions options) => segment switch
    {
        "mex-pay" => new MexicoCalls(http, options),
        "indonesia-pay" => new IndonesiaCalls(http, options),
        "pak-pay" => new PakistanCalls(http, options),
        "vietnam-pay" => new VietnamCalls(http, options),
        "phl-pay" => new PhilippinesCalls(http, options),
        "ken-pay" => new KenyaCalls(http, options),
        "egy-pay" => new EgyptCalls(http, options),
        "brz-pay" => new BrazilCalls(http, options),
        "ind-pay" => new IndiaCalls(http, options),
        "bgd-pay" => new BangladeshCalls(http, options),
        "nga-pay" => new NigeriaCalls(http, options),
        "kor-pay" => new SouthKoreaCalls(http, options),
        _ => throw new ArgumentOutOfRangeException(nameof(segment)),
    };
}

internal sealed class MexicoCalls(HttpClient http, PayproOptions options) : ContractCalls
{
    private readonly Paypro.Client.Mexico.MexicoClient client = new(http, options);

    public override async Task<Told> PayInAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayInAsync(new Paypro.Client.Mexico.PayInRequest { TradeNo = tradeNo, Amount = 300, WayCode = "va", NotifyUrl = notifyUrl, Mobile = "15745896325", Email = "kevin@example.com", Payer = "kevin zhang", ReturnUrl = new Uri("http://abc.com/callback_page"), Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayoutAsync(new Paypro.Client.Mexico.PayoutRequest { TradeNo = tradeNo, Amount = 200, WayCode = "40012", CustomerName = "kevin zhang", CustomerAccountType = "CLABE", CustomerAccount = "012180001234567899", CustomerMobile = "18956325478", CustomerEmail = "kevin@example.com", Identity = "58452586558", NotifyUrl = notifyUrl, Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayInAsync(string tradeNo) => Tell(await client.QueryPayInAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayoutAsync(string tradeNo) => Tell(await client.QueryPayoutAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<decimal> AvailableAsync() => (await client.QueryBalanceAsync()).Data!.Available;

    public override Told? ReadPayIn(byte[] body, string path, string? header) =>
        client.TryReadPayIn(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;

    public override Told? ReadPayout(byte[] body, string path, string? header) =>
        client.TryReadPayout(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;
}

internal sealed class IndonesiaCalls(HttpClient http, PayproOptions options) : ContractCalls
{
    private readonly Paypro.Client.Indonesia.IndonesiaClient client = new(http, options);

    public override async Task<Told> PayInAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayInAsync(new Paypro.Client.Indonesia.PayInRequest { TradeNo = tradeNo, Amount = 1000000, Username = "kevin zhang", Mobile = "6281245907765", Email = "kevin@example.com", ChannelCode = "EWALLET", NotifyUrl = notifyUrl, WayCode = "DANA", ReturnUrl = new Uri("http://abc.com/callback_page"), Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayoutAsync(new Paypro.Client.Indonesia.PayoutRequest { TradeNo = tradeNo, Amount = 100000, CustomerName = "kevin zhang", Mobile = "6281245907765", Email = "kevin@example.com", BankAccountNo = "5464438554636", BankCode = "0002", NotifyUrl = notifyUrl, Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayInAsync(string tradeNo) => Tell(await client.QueryPayInAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayoutAsync(string tradeNo) => Tell(await client.QueryPayoutAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<decimal> AvailableAsync() => (await client.QueryBalanceAsync()).Data!.Available;

    public override Told? ReadPayIn(byte[] body, string path, string? header) =>
        client.TryReadPayIn(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;

    public override Told? ReadPayout(byte[] body, string path, string? header) =>
        client.TryReadPayout(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;
}

internal sealed class PakistanCalls(HttpClient http, PayproOptions options) : ContractCalls
{
    private readonly Paypro.Client.Pakistan.PakistanClient client = new(http, options);

    public override async Task<Told> PayInAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayInAsync(new Paypro.Client.Pakistan.PayInRequest { TradeNo = tradeNo, Amount = 10000, Name = "John Doe", Mobile = "3115112345", Email = "johndoe@gmail.com", NotifyUrl = notifyUrl, PaymentType = "easypaisa", CustomerCert = "1730123456789", Remark = "Payment for order #456", CustId = "m2hkCRuTCK5HKpEkA0ok" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayoutAsync(new Paypro.Client.Pakistan.PayoutRequest { TradeNo = tradeNo, Amount = 5000, Name = "Jane Doe", CustomerCert = "1730123456789", Email = "kevin@example.com", Mobile = "3115112345", AccountType = "BANK", BankName = "ALLIED_BANK_LIMITED", BankNumber = "9876543210", NotifyUrl = notifyUrl, Remark = "Payment for invoice #1001" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayInAsync(string tradeNo) => Tell(await client.QueryPayInAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayoutAsync(string tradeNo) => Tell(await client.QueryPayoutAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<decimal> AvailableAsync() => (await client.QueryBalanceAsync()).Data!.Available;

    public override Told? ReadPayIn(byte[] body, string path, string? header) =>
        client.TryReadPayIn(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;

    public override Told? ReadPayout(byte[] body, string path, string? header) =>
        client.TryReadPayout(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;
}

internal sealed class VietnamCalls(HttpClient http, PayproOptions options) : ContractCalls
{
    private readonly Paypro.Client.Vietnam.VietnamClient client = new(http, options);

    public override async Task<Told> PayInAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayInAsync(new Paypro.Client.Vietnam.PayInRequest { TradeNo = tradeNo, Amount = 50000, BankName = "VietQR", NotifyUrl = notifyUrl, Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayoutAsync(new Paypro.Client.Vietnam.PayoutRequest { TradeNo = tradeNo, Amount = 50000, AccountName = "NGUYEN THE VIET", BankName = "ACB", BankNumber = "18199852", NotifyUrl = notifyUrl, Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayInAsync(string tradeNo) => Tell(await client.QueryPayInAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayoutAsync(string tradeNo) => Tell(await client.QueryPayoutAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<decimal> AvailableAsync() => (await client.QueryBalanceAsync()).Data!.Available;

    public override Told? ReadPayIn(byte[] body, string path, string? header) =>
        client.TryReadPayIn(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;

    public override Told? ReadPayout(byte[] body, string path, string? header) =>
        client.TryReadPayout(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;
}

internal sealed class PhilippinesCalls(HttpClient http, PayproOptions options) : ContractCalls
{
    private readonly Paypro.Client.Philippines.PhilippinesClient client = new(http, options);

    public override async Task<Told> PayInAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayInAsync(new Paypro.Client.Philippines.PayInRequest { TradeNo = tradeNo, Amount = 200, PayType = "GrabPay", NotifyUrl = notifyUrl, ReturnUrl = new Uri("https://merchant.example.com/thanks"), Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayoutAsync(new Paypro.Client.Philippines.PayoutRequest { TradeNo = tradeNo, Amount = 100, AccountName = "09539077075", BankName = "Maya", BankNumber = "09539077075", NotifyUrl = notifyUrl, Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayInAsync(string tradeNo) => Tell(await client.QueryPayInAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayoutAsync(string tradeNo) => Tell(await client.QueryPayoutAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<decimal> AvailableAsync() => (await client.QueryBalanceAsync()).Data!.Available;

    public override Told? ReadPayIn(byte[] body, string path, string? header) =>
        client.TryReadPayIn(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;

    public override Told? ReadPayout(byte[] body, string path, string? header) =>
        client.TryReadPayout(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;
}

internal sealed class KenyaCalls(HttpClient http, PayproOptions options) : ContractCalls
{
    private readonly Paypro.Client.Kenya.KenyaClient client = new(http, options);

    public override async Task<Told> PayInAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayInAsync(new Paypro.Client.Kenya.PayInRequest { TradeNo = tradeNo, Amount = 3, NotifyUrl = notifyUrl, Mobile = "254115555088", Remark = "000000" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayoutAsync(new Paypro.Client.Kenya.PayoutRequest { TradeNo = tradeNo, Amount = 50, Mobile = "254115555088", Remark = "000000", NotifyUrl = notifyUrl }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayInAsync(string tradeNo) => Tell(await client.QueryPayInAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayoutAsync(string tradeNo) => Tell(await client.QueryPayoutAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<decimal> AvailableAsync() => (await client.QueryBalanceAsync()).Data!.Available;

    public override Told? ReadPayIn(byte[] body, string path, string? header) =>
        client.TryReadPayIn(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;

    public override Told? ReadPayout(byte[] body, string path, string? header) =>
        client.TryReadPayout(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;
}

internal sealed class EgyptCalls(HttpClient http, PayproOptions options) : ContractCalls
{
    private readonly Paypro.Client.Egypt.EgyptClient client = new(http, options);

    public override async Task<Told> PayInAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayInAsync(new Paypro.Client.Egypt.PayInRequest { TradeNo = tradeNo, Amount = 300, Payer = "kevin zhang", Remark = "test", Mobile = "01012345678", Email = "kevin@example.com", NotifyUrl = notifyUrl, ReturnUrl = new Uri("http://abc.com/callback_page") }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayoutAsync(new Paypro.Client.Egypt.PayoutRequest { TradeNo = tradeNo, Amount = 300, CustomerName = "kevin", Remark = "test", NotifyUrl = notifyUrl, WalletId = "01123456789" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayInAsync(string tradeNo) => Tell(await client.QueryPayInAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayoutAsync(string tradeNo) => Tell(await client.QueryPayoutAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<decimal> AvailableAsync() => (await client.QueryBalanceAsync()).Data!.Available;

    public override Told? ReadPayIn(byte[] body, string path, string? header) =>
        client.TryReadPayIn(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;

    public override Told? ReadPayout(byte[] body, string path, string? header) =>
        client.TryReadPayout(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;
}

internal sealed class BrazilCalls(HttpClient http, PayproOptions options) : ContractCalls
{
    private readonly Paypro.Client.Brazil.BrazilClient client = new(http, options);

    public override async Task<Told> PayInAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayInAsync(new Paypro.Client.Brazil.PayInRequest { TradeNo = tradeNo, Amount = 300, Name = "123", IdentityType = "CPF", UserIdentity = "52998224725", NotifyUrl = notifyUrl, Remark = "000000", ReturnUrl = new Uri("http://abc.com/callback_page") }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayoutAsync(new Paypro.Client.Brazil.PayoutRequest { TradeNo = tradeNo, Amount = 300, Name = "kevin zhang", Email = "kevin@example.com", Mobile = "123456789", BankType = "CNPJ", BankNumber = "11222333000181", IdentityType = "CNPJ", UserIdentity = "11222333000181", NotifyUrl = notifyUrl, Remark = "000000" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayInAsync(string tradeNo) => Tell(await client.QueryPayInAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayoutAsync(string tradeNo) => Tell(await client.QueryPayoutAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<decimal> AvailableAsync() => (await client.QueryBalanceAsync()).Data!.Available;

    public override Told? ReadPayIn(byte[] body, string path, string? header) =>
        client.TryReadPayIn(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;

    public override Told? ReadPayout(byte[] body, string path, string? header) =>
        client.TryReadPayout(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;
}

internal sealed class IndiaCalls(HttpClient http, PayproOptions options) : ContractCalls
{
    private readonly Paypro.Client.India.IndiaClient client = new(http, options);

    public override async Task<Told> PayInAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayInAsync(new Paypro.Client.India.PayInRequest { TradeNo = tradeNo, Amount = 300, Name = "abc", Mobile = "9876543210", Email = "kevin@example.com", IpAddress = "14.155.28.59", NotifyUrl = notifyUrl, ReturnUrl = new Uri("http://abc.com/callback_page"), Remark = "000000" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayoutAsync(new Paypro.Client.India.PayoutRequest { TradeNo = tradeNo, Amount = 300, Name = "kevin zhang", Mobile = "9876543210", Email = "kevin@example.com", BankNumber = "10094038292", BankCode = "IDFB0043121", NotifyUrl = notifyUrl, IpAddress = "14.155.28.59", Remark = "000000" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayInAsync(string tradeNo) => Tell(await client.QueryPayInAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayoutAsync(string tradeNo) => Tell(await client.QueryPayoutAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<decimal> AvailableAsync() => (await client.QueryBalanceAsync()).Data!.Available;

    public override Told? ReadPayIn(byte[] body, string path, string? header) =>
        client.TryReadPayIn(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;

    public override Told? ReadPayout(byte[] body, string path, string? header) =>
        client.TryReadPayout(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;
}

internal sealed class BangladeshCalls(HttpClient http, PayproOptions options) : ContractCalls
{
    private readonly Paypro.Client.Bangladesh.BangladeshClient client = new(http, options);

    public override async Task<Told> PayInAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayInAsync(new Paypro.Client.Bangladesh.PayInRequest { TradeNo = tradeNo, Amount = 300, WayCode = "EWALLET_BKASH", NotifyUrl = notifyUrl, ReturnUrl = new Uri("http://abc.com/callback_page"), Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayoutAsync(new Paypro.Client.Bangladesh.PayoutRequest { TradeNo = tradeNo, Amount = 300, WalletId = "01123456789", WayCode = "EWALLET_BKASH", NotifyUrl = notifyUrl, Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayInAsync(string tradeNo) => Tell(await client.QueryPayInAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayoutAsync(string tradeNo) => Tell(await client.QueryPayoutAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<decimal> AvailableAsync() => (await client.QueryBalanceAsync()).Data!.Available;

    public override Told? ReadPayIn(byte[] body, string path, string? header) =>
        client.TryReadPayIn(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;

    public override Told? ReadPayout(byte[] body, string path, string? header) =>
        client.TryReadPayout(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;
}

internal sealed class NigeriaCalls(HttpClient http, PayproOptions options) : ContractCalls
{
    private readonly Paypro.Client.Nigeria.NigeriaClient client = new(http, options);

    public override async Task<Told> PayInAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayInAsync(new Paypro.Client.Nigeria.PayInRequest { TradeNo = tradeNo, Amount = 500, Username = "kevin zhang", Mobile = "15875595997", Email = "kevin@example.com", ChannelCode = "EWALLET", NotifyUrl = notifyUrl, WayCode = "PALMPAY", ReturnUrl = new Uri("http://www.google.com"), Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayoutAsync(new Paypro.Client.Nigeria.PayoutRequest { TradeNo = tradeNo, Amount = 500, BankCode = "0001", BankAccountNo = "0123456789", CustomerName = "kevin zhang", Mobile = "15875595997", Email = "kevin@example.com", NotifyUrl = notifyUrl, Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayInAsync(string tradeNo) => Tell(await client.QueryPayInAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayoutAsync(string tradeNo) => Tell(await client.QueryPayoutAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<decimal> AvailableAsync() => (await client.QueryBalanceAsync()).Data!.Available;

    public override Told? ReadPayIn(byte[] body, string path, string? header) =>
        client.TryReadPayIn(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;

    public override Told? ReadPayout(byte[] body, string path, string? header) =>
        client.TryReadPayout(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;
}

internal sealed class SouthKoreaCalls(HttpClient http, PayproOptions options) : ContractCalls
{
    private readonly Paypro.Client.SouthKorea.SouthKoreaClient client = new(http, options);

    public override async Task<Told> PayInAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayInAsync(new Paypro.Client.SouthKorea.PayInRequest { TradeNo = tradeNo, Amount = 1000000, Username = "kevin zhang", Mobile = "6281245907765", Email = "kevin@example.com", NotifyUrl = notifyUrl, SubMerchantNo = "sandbox-shop", Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> PayoutAsync(string tradeNo, Uri notifyUrl) =>
        Tell(await client.CreatePayoutAsync(new Paypro.Client.SouthKorea.PayoutRequest { TradeNo = tradeNo, Amount = 500, BankCode = "0001", BankAccountNo = "123456789", CustomerName = "kevin zhang", Mobile = "15875595997", Email = "kevin@example.com", NotifyUrl = notifyUrl, SubMerchantNo = "sandbox-shop", Remark = "test" }), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayInAsync(string tradeNo) => Tell(await client.QueryPayInAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<Told> QueryPayoutAsync(string tradeNo) => Tell(await client.QueryPayoutAsync(tradeNo), data => new(data.TradeNo, data.Number, data.State));

    public override async Task<decimal> AvailableAsync() => (await client.QueryBalanceAsync()).Data!.Available;

    public override Told? ReadPayIn(byte[] body, string path, string? header) =>
        client.TryReadPayIn(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;

    public override Told? ReadPayout(byte[] body, string path, string? header) =>
        client.TryReadPayout(body, path, header) is { } told ? new(told.TradeNo, told.Number, told.State) : null;
}
