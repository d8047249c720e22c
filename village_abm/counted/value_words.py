"""Words of the accounts of realised value in English and Chinese: mechanisms, sources, nodes of the cascade."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from village_abm.village import Village

Words = tuple[str, str]
"""English, Chinese."""

MECHANISMS: dict[str, Words] = {
    "rights_trading": ("trading of rights", "产权交易"),
    "governance_premium": ("premium for good care", "治理溢价"),
    "industrial_operation": ("running an industry", "产业经营"),
    "compensation": ("compensation", "生态补偿"),
}
SOURCES: dict[str, Words] = {
    "sold to traders": ("ecological products sold to traders", "生态农产品出售"),
    "gathered": ("products gathered on planted land", "林草采集产品"),
    "herds": ("young stock of herds", "草食畜出栏"),
    "sold by cooperatives, fresh": ("ecological products sold fresh by cooperatives", "合作社鲜品销售"),
    "sold by cooperatives, processed": ("ecological products processed by cooperatives", "合作社加工品销售"),
    "guests": ("spending of guests", "游客消费"),
    "brand premium": ("premium of a brand", "品牌溢价"),
    "arrears paid": ("compensation paid late", "补发补偿款"),
}
NODES: dict[str, Words] = {
    **MECHANISMS,
    "ecosystem": ("ecosystem", "生态系统"),
    "stocks": ("stocks of earlier years", "往年存量"),
    "work and capital": ("processing and trade", "加工与流通"),
    "payers": ("payers, beyond the worth of services", "超出服务价值的付费"),
    "reserves": ("reserves of cooperatives", "合作社储备"),
    "harvest": ("harvest", "农林产品"),
    "firewood": ("firewood", "薪柴"),
    "gathered": ("minor products gathered", "采集产品"),
    "animals": ("growth of herds", "草食畜增长"),
    "yard": ("pigs and poultry", "猪禽产品"),
    "inputs": ("inputs bought", "外购投入"),
    "water": ("water kept", "水源涵养"),
    "soil": ("soil kept", "土壤保持"),
    "carbon": ("carbon taken up", "固碳"),
    "purification": ("air and water kept clean", "环境净化"),
    "climate": ("cooling", "气候调节"),
    "oxygen": ("oxygen", "释氧"),
    "provisioning": ("provisioning services", "物质产品"),
    "regulating": ("regulating services", "调节服务"),
    "cultural": ("cultural services", "文化服务"),
    "ecological products": ("ecological products at the farm gate", "生态产品（产地价）"),
    "ordinary products": ("ordinary products sold", "普通农产品出售"),
    "households": ("households (prosperous life)", "农户（生活富裕）"),
    "cooperatives": ("cooperatives (thriving industry)", "合作社（产业兴旺）"),
    "village fund": ("village fund (effective governance)", "村集体（治理有效）"),
    "outside": ("others outside", "村外"),
    "not paid for": ("enjoyed and not paid for (liveable ecology)", "无偿享用（生态宜居）"),
    "home": ("eaten, burnt or kept at home", "自用与留存"),
    "used up": ("used up or lost", "消耗与损失"),
    "lost in trade": ("lost in trade", "流通亏损"),
}


def scheme(village: Village, name: str) -> Words:
    """Label of a scheme; packages and what has none keep their names."""
    known = village.params.schemes.get(name)
    return (known.label["en"], known.label["zh"]) if known is not None else (name, name)


def source(village: Village, name: str) -> Words:
    """A source of realised value: a kind of sale, or a scheme."""
    return SOURCES[name] if name in SOURCES else scheme(village, name)
