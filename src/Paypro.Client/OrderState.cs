using Paypro.Protocol;

namespace Paypro.Client;

/// <summary>What an order's status code means.</summary>
public enum OrderState
{
    /// <summary>Under way, or not known yet: wait, or query. Never pay again under another number.</summary>
    Processing,

    /// <summary>Partly paid, or partly gone back: the amount tells what is held.</summary>
    PartlyPaid,

    /// <summary>Success. Money can still go back, and a notification tells it.</summary>
    Succeeded,

    /// <summary>Failed, expired, cancelled or returned: certainly.</summary>
    Failed,
}

/// <summary>Reads status codes.</summary>
public static class OrderStates
{
    /// <summary>What a status code means. Every code beside the first three of <see cref="ResultStatus"/> is a failure, as the documentation has it.</summary>
    public static OrderState Of(string status) => status switch
    {
        ResultStatus.Processing => OrderState.Processing,
        ResultStatus.Partial => OrderState.PartlyPaid,
        ResultStatus.Success => OrderState.Succeeded,
        _ => OrderState.Failed,
    };

    /// <summary>Whether a status is a result: neither processing nor partly paid. An order that succeeded can still be returned.</summary>
    public static bool IsFinal(string status) => Of(status) is OrderState.Succeeded or OrderState.Failed;
}
