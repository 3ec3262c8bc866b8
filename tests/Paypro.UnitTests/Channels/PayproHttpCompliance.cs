using Paypro.Channels;
using Paypro.Channels.Paypro;

namespace Paypro.UnitTests.Channels;

/// <summary>An upstream that answers nonsense, in both flavours.</summary>
public abstract class PayproHttpCompliance(bool own) : HttpChannelCompliance
{
    private readonly PayproGround ground = new("MX", own);

    protected override IChannel Channel => new PayproChannel(ground.Clock);

    protected override bool RepeatsSends => own;

    protected override PayoutDraft? Payout => ground.Payout("CLABE");

    protected override PayInDraft? RemotePayIn => ground.PayIn("va");

    protected override ChannelAccount AccountAt(Uri rail) => PayproGround.AccountOf("MX", own, ("base", $"{rail}mex-pay"));
}

/// <summary>Of our own software.</summary>
public sealed class OwnPayproHttpCompliance() : PayproHttpCompliance(own: true);

/// <summary>Of the original.</summary>
public sealed class OriginalPayproHttpCompliance() : PayproHttpCompliance(own: false);
