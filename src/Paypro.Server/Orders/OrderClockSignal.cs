using Paypro.Server.Platform;

namespace Paypro.Server.Orders;

/// <summary>Wakes the clock of this process: a payout is ready to be sent.</summary>
internal sealed class OrderClockSignal : Signal;
