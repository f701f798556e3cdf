"""How static files are named when they are served: each under one address that holds its digest."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]  # comes without types


class OneAddressStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # a class without types, for the same reason
    """Give a file one address, in pages and inside import statements alike.

    A module that a page names with its digest and another module imports by its plain name would run twice: a form would be held for
    sent before it is, and a key would take a step two times.
    """

    support_js_module_import_aggregation = True
