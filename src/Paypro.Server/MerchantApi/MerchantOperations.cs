using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>Which handler serves which kind of operation.</summary>
internal sealed class MerchantOperations(
    CreatePayInCall createPayIn, CreatePayoutCall createPayout, QueryOrderCall queryOrder, QueryByCodeCall queryByCode, QueryBalanceCall queryBalance,
    VerifyAccountCall verifyAccount, ProofCall proof, SubmitReferenceCall submitReference, CreateRefundCall createRefund, QueryRefundCall queryRefund,
    CancelPayInCall cancelPayIn, BatchWriter writer)
{
    /// <summary>
    /// A request that stores nothing else. What is bad today (a bank that is not listed) may be good tomorrow, and what is no creation
    /// here may be one elsewhere.
    /// </summary>
    public async Task<SignUse> RememberAsync(CreationSignRow? sign) => sign is null ? SignUse.First : await writer.WriteAsync(new RememberSign(sign));

    public Task<ApiAnswer> RunAsync(MerchantRequest request) => request.Operation.Kind switch
    {
        OperationKind.CreatePayIn => createPayIn.RunAsync(request, hosted: false),
        OperationKind.CreateHostedPayIn => createPayIn.RunAsync(request, hosted: true),
        OperationKind.CreatePayout => createPayout.RunAsync(request),
        OperationKind.QueryPayIn or OperationKind.QueryPayout => queryOrder.RunAsync(request),
        OperationKind.QueryByCode => queryByCode.RunAsync(request),
        OperationKind.QueryBalance => queryBalance.RunAsync(request),
        OperationKind.VerifyAccount => verifyAccount.RunAsync(request),
        OperationKind.Proof => proof.RunAsync(request),
        OperationKind.SubmitReference => submitReference.RunAsync(request),
        OperationKind.CreateRefund => createRefund.RunAsync(request),
        OperationKind.QueryRefund => queryRefund.RunAsync(request),
        OperationKind.CancelPayIn => cancelPayIn.RunAsync(request),
        var kind => throw new InvalidOperationException($"No handler serves {kind}."),
    };
}
