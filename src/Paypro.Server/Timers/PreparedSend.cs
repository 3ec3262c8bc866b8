using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;

namespace Paypro.Server.Timers;

/// <summary>All that a send needs, and all that recording its answer needs.</summary>
internal sealed record PreparedSend(
    string Number, AttemptRef Facts, string Way, bool IsRepeat, PayoutDraft? Payout, Func<AccountOffer, Task<SendOutcome>> SendAsync)
{
    /// <summary>Makes another reference at the same account.</summary>
    public Func<AccountOffer, string>? NewReference { get; init; }
}
