using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.DLocal;
using Paypro.RailDoubles.Mpesa;
using Paypro.RailDoubles.Pix;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Channels;

/// <summary>
/// A live installation with an account of every rail: in each country that dLocal sells a payment is taken and a payout is sent, over the country's own rail where it has one and then over
/// dLocal too. All eleven countries on both engines in <c>eng/full rails</c>, the three with a rail of their own and one more in each run.
/// </summary>
public sealed class LiveRailsTests
{
    private static readonly string[] FewCountries = ["BR", "KE", "MX", "VN"];

    /// <summary>The documented example of Brazil has no right check digits.</summary>
    private static readonly (FieldRole, string?)[] ToKey =
        [(FieldRole.AccountType, "EVP"), (FieldRole.Account, "123e4567-e89b-42d3-a456-426614174000"), (FieldRole.IdentityType, "CPF"), (FieldRole.Identity, "52998224725")];

    private static readonly (FieldRole, string?)[] ToClabe =
        [(FieldRole.AccountType, Mexico.ClabeAccount), (FieldRole.Bank, "40012"), (FieldRole.Account, "012180001234567899"), (FieldRole.Identity, "XEXX010101HNEXXXA4")];

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Each_country_takes_a_payment_and_sends_a_payout(Engine engine)
    {
        var isAll = Environment.GetEnvironmentVariable("PAYPRO_TEST_RAILS") == "all";
        Assert.SkipUnless(isAll || engine == Engine.Sqlite, "eng/full rails runs it.");
        IReadOnlyList<Country> countries = [.. DLocalContract.Countries.Where(country => isAll || FewCountries.Contains(country.IsoCode))];
        Assert.True(!isAll || countries.Count == 11);
        await using var ground = await LiveRailsGround.StartAsync(engine, countries);
        var (bank, collected, utility, stp) = (ground.Bank.BalanceMinor, ground.Operator.CollectionCents, ground.Operator.UtilityCents, ground.Stp.BalanceMinor);
        foreach (var country in countries)
        {
            await (country.IsoCode switch { "BR" => OverPixAsync(ground, country), "KE" => OverMpesaAsync(ground, country), "MX" => OverSpeiAsync(ground, country), _ => OverDLocalAsync(ground, country) });
        }

        // The country's own rail is closed, and dLocal has its orders.
        foreach (var (channel, iso) in ((string, string)[])[("pix", "BR"), ("mpesa", "KE"), ("spei", "MX")])
        {
            await ground.StopAsync(channel, iso);
            await OverDLocalAsync(ground, countries.Single(country => country.IsoCode == iso));
        }

        Assert.Equal(ground.Bank.BalanceMinor - bank, await ground.BookedAsync(ground.Accounts[("pix", "BR")]));
        Assert.Equal(ground.Operator.CollectionCents - collected + ground.Operator.UtilityCents - utility, await ground.BookedAsync(ground.Accounts[("mpesa", "KE")]));
        Assert.Equal(ground.Stp.BalanceMinor - stp, await ground.BookedAsync(ground.Accounts[("spei", "MX")]));
        foreach (var country in countries)
        {
            var there = ground.House.Payments.Where(each => each.Country == country.IsoCode).Sum(each => each.PaidMinor) - ground.House.Payouts.Where(each => each.Country == country.IsoCode).Sum(each => each.AmountMinor);
            Assert.True(there > 0);
            Assert.Equal(there, await ground.BookedAsync(ground.Accounts[("dlocal", country.IsoCode)]));
        }

        Assert.Equal(0, await ground.Host.ReadAsync(context => context.Entries.SumAsync(e => e.AmountMinor)));
        Assert.Equal((countries.Count, countries.Count), (ground.House.Payments.Count, ground.House.Payouts.Count));
        Assert.Equal([], [.. ground.Bank.Faults, .. ground.Operator.Faults, .. ground.Stp.Faults, .. ground.House.Faults]);
        var open = await ground.Host.ReadAsync(context => context.Cases.Where(c => c.OrderId != 0).Select(c => c.Text).ToListAsync());
        Assert.True(open.Count == 0, string.Join('\n', open));
    }

    private static async Task OverPixAsync(LiveRailsGround ground, Country country)
    {
        var created = await ground.CreateAsync(country, OperationKind.CreatePayIn, 900_10);
        var paid = ground.Bank.Pay((await ground.AttemptAsync(created)).Reference);
        Assert.Equal(HttpStatusCode.OK, await ground.Bank.DeliverAsync(PixBank.BodyOf(paid)));
        await ground.PaidAsync(created, "pix", country, 900_10);

        var payout = await ground.CreateAsync(country, OperationKind.CreatePayout, 120_00, ToKey);
        var sent = await ground.SentAsync(payout, reference => ground.Bank.Payouts.FirstOrDefault(each => each.SendId == reference));
        Assert.Equal(HttpStatusCode.OK, await ground.Bank.DeliverAsync(PixBank.BodyOf(ground.Bank.Settle(sent.SendId))));
        await ground.PaidAsync(payout, "pix", country, 120_00);
    }

    private static async Task OverMpesaAsync(LiveRailsGround ground, Country country)
    {
        var created = await ground.CreateAsync(country, OperationKind.CreatePayIn, 900_00);
        var prompt = ground.Operator.Pay((await ground.AttemptAsync(created)).Reference);
        Assert.Equal(200, await ground.Operator.DeliverAsync(MpesaOperator.Told(prompt)));
        Assert.Equal(200, await ground.Operator.DeliverAsync(ground.Operator.Confirmed(prompt.Payment!)));
        await ground.PaidAsync(created, "mpesa", country, 900_00);

        var payout = await ground.CreateAsync(country, OperationKind.CreatePayout, 130_00);
        var sent = await ground.SentAsync(payout, reference => ground.Operator.Payouts.FirstOrDefault(each => each.OriginatorId == reference));
        Assert.Equal(200, await ground.Operator.DeliverAsync(ground.Operator.Told(ground.Operator.Settle(sent.OriginatorId))));
        await ground.PaidAsync(payout, "mpesa", country, 130_00);
    }

    private static async Task OverSpeiAsync(LiveRailsGround ground, Country country)
    {
        var created = await ground.CreateAsync(country, OperationKind.CreatePayIn, 900_00, (FieldRole.Way, Mexico.VirtualAccount));
        Assert.Equal(HttpStatusCode.OK, await ground.Stp.TellAsync(ground.Stp.Pay(created["paymentInfo"]!, 900_00)));
        await ground.PaidAsync(created, "spei", country, 900_00);

        var payout = await ground.CreateAsync(country, OperationKind.CreatePayout, 140_00, ToClabe);
        var sent = await ground.SentAsync(payout, reference => ground.Stp.Orders.FirstOrDefault(each => each.Key == reference));
        Assert.Equal(HttpStatusCode.OK, await ground.Stp.TellAsync(ground.Stp.End(sent.Key)));
        await ground.PaidAsync(payout, "spei", country, 140_00);
    }

    private static async Task OverDLocalAsync(LiveRailsGround ground, Country country)
    {
        var way = DLocalContract.WayOf(country);
        var outMinor = Math.Max(country.PayoutMinMinor, country.Currency.MinorDigits == 0 ? 50_000 : 300_00);
        var inMinor = Math.Max(way.MinMinor, 2 * outMinor);
        var created = way.Instruction is PromptInstruction ? await OnThePageAsync(ground, country, inMinor)
            : await ground.CreateAsync(country, OperationKind.CreatePayIn, inMinor, (FieldRole.Channel, way.ChannelCode), (FieldRole.Way, way.WayCode));
        var payment = ground.House.Pay((await ground.AttemptAsync(created)).Reference);
        Assert.Equal((country.IsoCode, inMinor), (payment.Country, payment.AmountMinor));
        Assert.Equal(HttpStatusCode.OK, await ground.House.DeliverAsync(ground.House.NoticeOf(payment)));
        await ground.PaidAsync(created, "dlocal", country, inMinor);

        var payout = await ground.CreateAsync(country, OperationKind.CreatePayout, outMinor, country.IsoCode switch { "BR" => ToKey, "MX" => ToClabe, _ => [] });
        var sent = await ground.SentAsync(payout, reference => ground.House.Payouts.FirstOrDefault(each => each.ExternalId == reference));
        Assert.Equal((country.IsoCode, outMinor), (sent.Country, sent.AmountMinor));
        Assert.Equal(HttpStatusCode.OK, await ground.House.DeliverAsync(DLocalHouse.NoticeOf(ground.House.Settle(sent.ExternalId))));
        await ground.PaidAsync(payout, "dlocal", country, outMinor);
    }

    /// <summary>dLocal asks for the payer's phone on a page of its own, so that ours leads there.</summary>
    private static async Task<ApiAnswer> OnThePageAsync(LiveRailsGround ground, Country country, long amountMinor)
    {
        var created = await ground.CreateAsync(country, OperationKind.CreateHostedPayIn, amountMinor);
        var page = new Uri(new Uri(created["paymentUrl"]!).AbsolutePath, UriKind.Relative);
        var asked = await ground.Host.Http.GetStringAsync(page);
        using var form = new HttpRequestMessage(HttpMethod.Post, page) { Content = new FormUrlEncodedContent([new("way", country.PayInWays[0].Code), new("told", "254115555088")]) };
        form.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await ground.Host.Http.SendAsync(form);
        var shown = await answer.Content.ReadAsStringAsync();
        Assert.True(shown.Contains("https://sandbox.dlocal.com/collect/pay/pay/M-", StringComparison.Ordinal), $"{asked}\n{shown}\n{ground.Host.Log.Text}");
        return created;
    }
}
