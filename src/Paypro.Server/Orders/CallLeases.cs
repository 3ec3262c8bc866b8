using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>
/// How long whoever took an attempt may call the rail for it: the longest that the write which gives the right may take, and the call's own
/// time-out. A lease is derived from the time-outs, so no setting can make a call that outlives its lease.
/// </summary>
internal sealed class CallLeases(WriterOptions writer)
{
    /// <summary>For what is neither written nor called.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    /// <summary>The lease of one call at a channel.</summary>
    public TimeSpan Of(ChannelTraits traits) => TimeSpan.FromMilliseconds(writer.RetryForMs + writer.DoubtForMs) + traits.CallTimeout + Slack;

    /// <summary>In milliseconds.</summary>
    public long MsOf(ChannelTraits traits) => (long)Of(traits).TotalMilliseconds;

    /// <summary>
    /// After what time from taking an attempt a request that the rail does not know will never be known to it, milliseconds: until the lease
    /// ends its holder may still call, and then the rail's own finality time counts.
    /// </summary>
    public long FinalityMs(ChannelTraits traits) => MsOf(traits) + (long)traits.Finality.TotalMilliseconds;
}
