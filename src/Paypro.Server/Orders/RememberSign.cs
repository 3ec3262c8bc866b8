using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>Remembers the signature of a request that stores nothing else.</summary>
internal sealed class RememberSign(CreationSignRow sign) : WriteCommand<SignUse>
{
    public override short Bucket => sign.Bucket;

    public override void Declare(Needs needs) => needs.CreationSigns.Add(sign.Key);

    protected override SignUse Decide(BatchState state) => state.UseSign(sign);
}
