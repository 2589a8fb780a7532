"""Addresses of products and stock in the API."""

from rest_framework.routers import SimpleRouter

from .counts import CountViewSet
from .pictures import PictureViewSet
from .places import ProductCategoryViewSet, WarehouseViewSet
from .stock import LotViewSet, MovementViewSet, StockViewSet
from .views import ProductViewSet, PurchaseViewSet, SupplierViewSet, TransferViewSet

router = SimpleRouter()
router.register("products", ProductViewSet, basename="product")
router.register(
    "products/(?P<product_pk>[0-9]{1,18})/pictures", PictureViewSet, basename="product-picture"
)
router.register("product-categories", ProductCategoryViewSet, basename="product-category")
router.register("warehouses", WarehouseViewSet, basename="warehouse")
router.register("stock", StockViewSet, basename="stock")
router.register("movements", MovementViewSet, basename="movement")
router.register("lots", LotViewSet, basename="lot")
router.register("suppliers", SupplierViewSet, basename="supplier")
router.register("purchase-orders", PurchaseViewSet, basename="purchase-order")
router.register("transfers", TransferViewSet, basename="transfer")
router.register("counts", CountViewSet, basename="count")
urlpatterns = router.urls
