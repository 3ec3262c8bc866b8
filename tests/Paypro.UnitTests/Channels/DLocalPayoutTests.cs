using System.Text.Json.Nodes;
using Paypro.Channels;
using Paypro.RailDoubles.DLocal;

namespace Paypro.UnitTests.Channels;

/// <summary>Payouts v3: what each of the rail's answers means, and what is sent in each country.</summary>
public sealed class DLocalPayoutTests : IAsyncLifetime
{
    private DLocalGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await DLocalGround.StartAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Theory]
    [InlineData(400, 3000, DeclineScope.Order)]
    [InlineData(400, 3003, DeclineScope.Order)]
    [InlineData(403, 4001, DeclineScope.Channel)]
    [InlineData(403, 4002, DeclineScope.Channel)]
    [InlineData(400, 5007, DeclineScope.Channel)]
    [InlineData(400, 5008, DeclineScope.Order)]
    [InlineData(400, 5013, DeclineScope.Order)]
    [InlineData(400, 5014, DeclineScope.Funds)]
    public async Task A_documented_refusal_is_one_and_of_a_repeat_it_is_not(int status, int code, DeclineScope scope)
    {
        ground.House.Trouble("POST /payouts", DLocalTrouble.Instead(status, DLocalTrouble.Problem(code)), 2);
        Assert.Equal(scope, Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(), Stop)).Scope);
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(DLocalGround.Payout() with { IsRepeat = true }, Stop));
        Assert.Empty(ground.House.Payouts);
    }

    /// <summary>5009 is "used before" for pay-ins and "not found" for payouts: it refuses nothing here.</summary>
    [Theory]
    [InlineData(400, """{"code":5009}""")]
    [InlineData(400, """{"code":5001}""")]
    [InlineData(500, """{"code":5008}""")]
    [InlineData(500, """{"code":7001}""")]
    [InlineData(403, """{"code":3001}""")]
    [InlineData(429, """{"code":6000}""")]
    [InlineData(404, "NOT_FOUND")]
    [InlineData(200, """{"code":5014}""")]
    [InlineData(200, "<html></html>")]
    public async Task Everything_else_is_unknown_and_found_by_asking(int status, string body)
    {
        ground.House.Trouble("POST /payouts", DLocalTrouble.After(status, body));
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(), Stop));
        Assert.Equal(ObservationKind.Pending, Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(DLocalGround.Payout()), Stop)).Kind);
    }

    [Fact]
    public async Task A_number_that_is_used_is_ours_on_the_first_send_and_on_a_repeat()
    {
        var first = Assert.IsType<SendOutcome.Accepted>(await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(), Stop));
        Assert.Equal(ground.House.Payouts[0].Id, first.RailId);
        Assert.Equal(first, await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(), Stop));
        var before = ground.House.Log.Count(call => call == "POST /payouts/v3");
        Assert.Equal(first, await ground.Payouts.SendPayoutAsync(DLocalGround.Payout() with { IsRepeat = true }, Stop));
        Assert.Equal(before, ground.House.Log.Count(call => call == "POST /payouts/v3"));

        // A repeat that cannot be asked about is not sent; one that the rail never had is.
        ground.House.Trouble("GET /payouts", DLocalTrouble.Instead(503, ""));
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(seed: 7) with { IsRepeat = true }, Stop));
        Assert.Single(ground.House.Payouts);
        Assert.IsType<SendOutcome.Accepted>(await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(seed: 7) with { IsRepeat = true }, Stop));

        // Used by a payout of another amount: nobody knows whose it is.
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(99_99), Stop));
        ground.House.Trouble("GET /payouts", DLocalTrouble.Instead(503, ""));
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(), Stop));
    }

    [Fact]
    public async Task An_answer_about_another_payout_is_no_acceptance()
    {
        foreach (var (member, value) in new (string, JsonNode?)[]
        {
            ("external_id", "SOABCDEFGHIJKLMNOPQRSTUVWX23"), ("amount", 12.35m), ("amount", "12.34"), ("currency_to_pay", "USD"), ("id", null), ("status", null),
        })
        {
            ground.House.Trouble("POST /payouts", DLocalTrouble.Changed(body => body[member] = value?.DeepClone()));
            Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(seed: 100 + ground.House.Payouts.Count), Stop));
        }
    }

    [Fact]
    public async Task Each_state_is_told_by_its_word()
    {
        foreach (var (status, code, kind) in new[]
        {
            ("PENDING", "100", ObservationKind.Pending), ("DELIVERED", "500", ObservationKind.Pending), ("ON_HOLD", "600", ObservationKind.Pending), ("ON_HOLD_BY_COMPLIANCE", "700", ObservationKind.Pending),
            ("A_NEW_WORD", "200", ObservationKind.Pending), ("PAID", "200", ObservationKind.Paid), ("REJECTED", "300", ObservationKind.Failed), ("CANCELLED", "400", ObservationKind.Failed),
        })
        {
            var draft = DLocalGround.Payout(seed: 200 + ground.House.Payouts.Count);
            await ground.Payouts.SendPayoutAsync(draft, Stop);
            ground.House.Settle(draft.Reference, status, code);
            Assert.Equal(kind, Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(draft), Stop)).Kind);
        }

        // At the recipient's bank, and refused there days later.
        var late = DLocalGround.Payout(seed: 300);
        await ground.Payouts.SendPayoutAsync(late, Stop);
        ground.House.Settle(late.Reference, "DELIVERED", "500");
        ground.House.Settle(late.Reference, "REJECTED", "300");
        Assert.Equal(ObservationKind.Failed, Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(late), Stop)).Kind);
    }

    [Fact]
    public async Task Not_found_is_what_the_rail_says_so()
    {
        var target = DLocalGround.Target(DLocalGround.Payout());
        Assert.Equal(ObservationKind.NotFound, Assert.Single(await ground.Queries.QueryAsync(target, Stop)).Kind);
        ground.House.Trouble("GET /payouts", DLocalTrouble.Instead(404, "NOT_FOUND", "text/plain"));
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ground.Queries.QueryAsync(target, Stop)).Kind);
        ground.House.Trouble("GET /payouts", DLocalTrouble.Instead(400, DLocalTrouble.Problem(5011)));
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ground.Queries.QueryAsync(target, Stop)).Kind);
    }

    [Fact]
    public async Task A_token_that_ends_in_mid_flight_is_renewed_once()
    {
        await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(), Stop);
        ground.House.EndTokens();
        Assert.IsType<SendOutcome.Accepted>(await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(seed: 5), Stop));
        ground.House.Trouble("POST /payouts", DLocalTrouble.Instead(401, "{}"), 2);
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(seed: 6), Stop)).Scope);
        Assert.Equal(2, ground.House.Payouts.Count);
    }

    [Theory]
    [InlineData("MX", "CLABE", "40012", DLocalGround.Clabe, "XEXX010101000", "beneficiary.document.type", "RFC")]
    [InlineData("MX", "CLABE", "40012", DLocalGround.Clabe, "XEXX010101HNEXXXA4", "beneficiary.document.type", "CURP")]
    [InlineData("BR", "EVP", "", "123e4567-e89b-42d3-a456-426614174000", "52998224725", "beneficiary.document.type", "CPF")]
    [InlineData("NG", "*", "0001", "0123456789", "12345678901", "beneficiary.bank_account.code", "rail-code")]
    [InlineData("EG", "*", "", "01123456789", "12345678901234", "beneficiary.wallet.number", "01123456789")]
    [InlineData("PK", "BANK", "ALLIED_BANK_LIMITED", "9876543210", "1730123456789", "remitter.nationality", "PK")]
    [InlineData("PK", "WALLET", "EASYPAISA", "03115112345", "1730123456789", "payment_method_id", "WALLET_OF_THE_TEST")]
    [InlineData("PH", "*", "BPI", "1234567890", "123456789012", "beneficiary.bank_account.type", "SAVINGS")]
    [InlineData("PH", "*", "Maya", "09539077075", "123456789012", "beneficiary.phone", "639170000000")]
    [InlineData("BD", "*", "BKASH", "01123456789", "12345678901234567", "beneficiary.phone", "01123456789")]
    [InlineData("IN", "*", "IDFB0043121", "10094038292", null, "beneficiary.bank_account.code", "IDFB0043121")]
    [InlineData("ID", "*", "0002", "5464438554636", null, "beneficiary.bank_account.account", "5464438554636")]
    [InlineData("ID", "*", "DANA", "081245907765", null, "beneficiary.wallet.number", "081245907765")]
    [InlineData("VN", "*", "ACB", "18199852", null, "currency_to_pay", "VND")]
    [InlineData("KE", "*", "", "254115555088", null, "beneficiary.wallet.number", "254115555088")]
    public async Task A_payout_has_what_its_country_asks_for(string country, string kind, string bank, string account, string? identity, string path, string value)
    {
        ground.House.PayoutMethods["WALLET_OF_THE_TEST"] = "beneficiary.wallet.number";
        ground.House.PayoutMethods["KEY_OF_THE_TEST"] = "beneficiary.key";
        ground.Account = Sending(country);
        Assert.Null(ground.Channel.CheckAccount(ground.Account));
        var mobile = country == "PH" ? "639170000000" : null;
        var draft = DLocalGround.Payout(150_000) with
        {
            Currency = DLocalForms.Currencies[country], AccountType = kind, BankCode = bank, Person = new Person { Name = "Persona de la Prueba", Account = account, Identity = identity, Mobile = mobile },
        };
        Assert.IsType<SendOutcome.Accepted>(await ground.Payouts.SendPayoutAsync(draft, Stop));
        var sent = Assert.Single(ground.House.Payouts);
        Assert.Equal((country, 150_000L, "Persona de la", "Prueba"), (sent.Country, sent.AmountMinor, (string?)At(sent.Asked, "beneficiary.first_name"), (string?)At(sent.Asked, "beneficiary.last_name")));
        Assert.Equal(value, (string?)At(sent.Asked, path));
        Assert.Empty(ground.House.Faults);

        // Without an identity number where the country asks for one, nothing leaves, unless dLocal does without.
        if (identity is not null)
        {
            var bare = draft with { Reference = draft.Reference[..^2] + "AA", Person = draft.Person with { Identity = null } };
            Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(bare, Stop)).Scope);
            Assert.Equal(DeclineScope.Order, Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(bare with { Person = draft.Person with { Identity = "1" } }, Stop)).Scope);
            Assert.Single(ground.House.Payouts);
            ground.Account = ground.With(("leftOut", "beneficiary.document"));
            ground.House.DoesWithout.Add("beneficiary.document.id");
            Assert.IsType<SendOutcome.Accepted>(await ground.Payouts.SendPayoutAsync(bare, Stop));
        }
    }

    [Fact]
    public async Task Where_nobody_has_said_how_nothing_is_sent()
    {
        ground.Account = ground.In("ID");
        var draft = DLocalGround.Payout() with { Currency = "IDR", AccountType = "*", BankCode = "0002", Person = new Person { Name = "Nama Uji", Account = "5464438554636" } };
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(draft, Stop)).Scope);
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(draft with { BankCode = "DANA" }, Stop)).Scope);
        ground.Account = ground.In("BR");
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(draft with { Currency = "BRL", AccountType = "EVP", BankCode = "" }, Stop)).Scope);
        Assert.DoesNotContain("POST /payouts/v3", ground.House.Log);
    }

    [Fact]
    public async Task One_name_is_both_names()
    {
        await ground.Payouts.SendPayoutAsync(DLocalGround.Payout() with { Person = DLocalGround.Payout().Person with { Name = " Prueba " } }, Stop);
        var asked = Assert.Single(ground.House.Payouts).Asked;
        Assert.Equal(("Prueba", "Prueba", "12.34"), ((string?)At(asked, "beneficiary.first_name"), (string?)At(asked, "beneficiary.last_name"), asked["amount"]!.ToJsonString()));
    }

    private static JsonNode? At(JsonNode body, string path) => path.Split('.').Aggregate((JsonNode?)body, static (at, part) => at?[part]);

    /// <summary>An account of a country with all that nobody but the operator knows.</summary>
    private ChannelAccount Sending(string country) => ground.In(
        country,
        ("payoutMethod.wallet", "WALLET_OF_THE_TEST"), ("payoutMember.wallet", "beneficiary.wallet.number"), ("payoutMethod.key", "KEY_OF_THE_TEST"), ("payoutMember.key", "beneficiary.key"),
        ("payout.metadata.CommercialType", "A"), ("payout.remitter.first_name", "Remitente"), ("payout.remitter.last_name", "Prueba"), ("payout.remitter.nationality", "PK"),
        ("payout.beneficiary.bank_account.type", "SAVINGS"), ("payout.beneficiary.address.street", "Road 1"), ("payout.beneficiary.address.city", "Dhaka")) with
    {
        BankCodes = new[] { "40012", "0001", "0002", "ALLIED_BANK_LIMITED", "BPI", "ACB" }.ToDictionary(code => code, _ => "rail-code"),
    };
}
