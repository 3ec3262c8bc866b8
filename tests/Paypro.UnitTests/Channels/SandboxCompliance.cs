using System.Text.RegularExpressions;
using Paypro.Channels;
using Paypro.Channels.Sandbox;

namespace Paypro.UnitTests.Channels;

public sealed partial class SandboxCompliance : ChannelCompliance
{
    private readonly SandboxGround ground = new();
    private readonly SandboxGround broken = new(new BrokenRail());

    protected override IChannel Channel => ground.Channel;

    protected override IChannel ChannelToBrokenRail => broken.Channel;

    protected override ChannelAccount Account => ground.Account;

    protected override ChannelAccount? RemoteAccount => ground.Remote;

    protected override Regex PayoutReferenceShape => Shape();

    protected override PayInDraft PayIn(string way) => SandboxGround.PayIn(way, 30_000);

    protected override PayoutDraft Payout(string accountType) => SandboxGround.Payout(20_000) with { AccountType = accountType };

    protected override bool IsWellFormed(string kind, string number)
    {
        var digits = number.Select(c => c - '0').ToArray();
        return kind switch
        {
            "clabe" => digits.Length == 18 && ClabeSum(number) % 10 == 0,
            "store" => digits.Length == 16 && digits.Select((d, i) => i % 2 == 1 ? d : (d * 2 / 10) + (d * 2 % 10)).Sum() % 10 == 0,
            _ => false,
        };
    }

    protected override async Task<CallbackRequest> CallbackOfPaidPayout(string reference)
    {
        await ground.After(1_000);
        return Assert.Single(ground.Callbacks);
    }

    protected override async Task<CallbackRequest> CallbackOfPaidPayIn(string reference, long amountMinor)
    {
        Assert.IsType<HandOutcome.Done>(await ground.Hand.PayAsync(Account, reference, amountMinor, null, Stop));
        return ground.Callbacks[^1];
    }

    private static int ClabeSum(string number) =>
        number.Zip("371371371371371371").Take(17).Sum(p => (p.First - '0') * (p.Second - '0') % 10) + (number[17] - '0');

    [GeneratedRegex("^[A-Z0-9]{20,30}$")]
    private static partial Regex Shape();
}
