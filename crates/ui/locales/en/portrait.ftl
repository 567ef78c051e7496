# Pictures of a site or an agenda
portrait-link = Pictures
portrait-heading = Pictures of { $name }
portrait-intro = They appear on its pages and on the servers that follow it.
portrait-icon = Logo
portrait-icon-help = Square if possible, and clear when small. JPEG, PNG, WebP or GIF, at most 16 MB.
portrait-banner = Banner
portrait-banner-help = Wide and low: it is cropped at the top and at the bottom. JPEG, PNG, WebP or GIF, at most 16 MB.
portrait-file = Choose a file
portrait-alt = Description
portrait-alt-help = What one should know of the picture without seeing it. Empty: it only decorates.
portrait-remove = Remove
portrait-save = Save
portrait-error-file = Choose a file.
flash-portrait-saved = Picture saved and sent to followers.
flash-portrait-removed = Picture removed.
