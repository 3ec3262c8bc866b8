using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>How far a withdrawal is that goes by a rail, in English.</summary>
internal static class WithdrawalWords
{
    /// <param name="order">Its order; null before it is made.</param>
    /// <param name="attempt">The order's last attempt.</param>
    public static string Of(OrderRow? order, AttemptRow? attempt) => order?.State switch
    {
        null => "Waits to be sent",
        OrderState.Paid => "Paid",
        OrderState.Failed => "Failed",
        OrderState.Returned => "Returned",
        _ => attempt?.State switch
        {
            AttemptState.Parked => "Waits for its rail",
            AttemptState.Sending => "Being sent",
            AttemptState.Unknown => "Not known yet",
            AttemptState.Accepted => "At the rail",
            _ => "Waits to be sent",
        },
    };
}
