using System.Collections.Frozen;
using Microsoft.Extensions.Logging.Abstractions;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Ledger;
using Paypro.Server.MerchantApi;
using Paypro.Server.Merchants;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.UnitTests.Protocol;

namespace Paypro.UnitTests.MerchantApi;

/// <summary>Which answer of which channel account counts. The rails are asked in the order in which they would get a payout.</summary>
public sealed class VerifyAccountCallTests
{
    private static readonly AccountOutcome Found = new AccountOutcome.Found("HOLDER"), Missing = new AccountOutcome.NotFound("the bank has no such account"),
        Silent = new AccountOutcome.Unknown("timeout"), Deaf = new AccountOutcome.NotOffered();

    private static readonly Merchant Shop = new()
    {
        No = 1000000002,
        NoText = "1000000002",
        Bucket = 1,
        Country = Indonesia.Country,
        Name = "Shop",
        PayInsOpen = true,
        PayoutsOpen = true,
        PayInNotifyUrl = "",
        PayoutNotifyUrl = "",
        Keys = [],
    };

    [Fact]
    public async Task TheFirstRailThatKnowsIsBelieved()
    {
        Assert.Equal("HOLDER", HolderIn(await AskAsync(Shop, Found)));
        Assert.Equal("HOLDER", HolderIn(await AskAsync(Shop, Deaf, Found)));
        Assert.Equal("HOLDER", HolderIn(await AskAsync(Shop, Silent, Found)));
        Assert.Equal("HOLDER", HolderIn(await AskAsync(Shop, Found, Missing)));
        Assert.Equal(new ApiAnswer.Refused("bankAccountNo: the bank has no such account"), await AskAsync(Shop, Silent, Missing, Found));
    }

    [Fact]
    public async Task NobodyWhoSaysAnythingIsAFailureToBeRepeated()
    {
        Assert.IsType<ApiAnswer.Failed>(await AskAsync(Shop, Silent));
        Assert.IsType<ApiAnswer.Failed>(await AskAsync(Shop, Silent, Deaf));
    }

    [Fact]
    public async Task NobodyWhoCouldSayAnythingIsARefusal()
    {
        var refused = new ApiAnswer.Refused("bankAccountNo: accounts cannot be verified at present");
        Assert.Equal(refused, await AskAsync(Shop));
        Assert.Equal(refused, await AskAsync(Shop, Deaf, Deaf));
    }

    [Fact]
    public async Task AMerchantWithoutPayoutsLearnsNoNames() => Assert.Equal(
        new ApiAnswer.Refused("merchantNo: this merchant takes no payouts at present"), await AskAsync(Shop with { PayoutsOpen = false }, Found));

    private static string HolderIn(ApiAnswer answer) => Assert.IsType<ApiAnswer.Facts>(answer).View.Texts[ResponseSource.AccountHolder];

    private static Task<ApiAnswer> AskAsync(Merchant merchant, params AccountOutcome[] outcomes)
    {
        var operation = Indonesia.Country.FindOperation(OperationKind.VerifyAccount)!;
        var body = Bodies.Read("""{"timestamp":"1732988442913","bankAccountNo":"5464438554636","bankCode":"0002"}""");
        var fields = RequestReader.Read(Indonesia.Country, operation, body, new RequestContext(true, Indonesia.Country.Banks), out _)!;
        var snapshot = new Snapshot
        {
            Version = 1,
            MerchantsByNo = new Dictionary<string, Merchant> { [merchant.NoText] = merchant }.ToFrozenDictionary(),

            // The last by number is the first by priority.
            Accounts = outcomes.Select((outcome, i) => Offer(outcomes.Length - i, i, outcome)).ToFrozenDictionary(offer => offer.Account.Id),
            Book = new TermsBook(null!),
            Rules = FrozenDictionary<string, BookingRules>.Empty,
            Banks = FrozenDictionary<string, IBankDirectory>.Empty,
            SubMerchants = FrozenSet<(long, string)>.Empty,
        };
        return new VerifyAccountCall(new RailCalls(new RailPace(null!, null!, TimeProvider.System), new ChannelHealth(TimeProvider.System), TimeProvider.System, NullLogger<RailCalls>.Instance), NullLogger<VerifyAccountCall>.Instance).RunAsync(new MerchantRequest(merchant, operation, fields, null, null, snapshot));
    }

    private static AccountOffer Offer(long id, int priority, AccountOutcome outcome)
    {
        var account = new ChannelAccount { Id = id, Channel = "rail", Country = "ID", Currency = "IDR", Settings = new Dictionary<string, string>(), Secrets = ChannelSecrets.None };
        var rail = new Rail(account, outcome);
        return new(account, rail, rail, Open: true, priority, "Rail", [new ChannelWayRow { ChannelAccountId = id, Direction = Direction.Payout, Way = "*", Open = true }]);
    }

    /// <summary>A rail that is asked for nothing but the holders of accounts.</summary>
    private sealed class Rail(ChannelAccount account, AccountOutcome outcome) : IChannel, IChannelSession, IAccountChecks
    {
        public string Name => "rail";

        public IReadOnlyList<WayOffer> Ways => [];

        public IReadOnlyList<SecretName> Secrets => [];

        public ChannelAccount Account => account;

        public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way) =>
            new() { Finality = TimeSpan.FromMinutes(1), RepeatIsHarmless = false, CallTimeout = TimeSpan.FromSeconds(10) };

        public IChannelSession Open(ChannelAccount account, ChannelServices services) => this;

        public Task<AccountOutcome> VerifyAccountAsync(AccountEnquiry enquiry, CancellationToken cancellation) => Task.FromResult(outcome);

        public void Dispose()
        {
        }
    }
}
