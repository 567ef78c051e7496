# Images d’un site ou d’un agenda
portrait-link = Images
portrait-heading = Images de { $name }
portrait-intro = Elles paraissent sur ses pages et sur les serveurs qui le suivent.
portrait-icon = Logo
portrait-icon-help = Carré de préférence, lisible en petit. JPEG, PNG, WebP ou GIF, 16 Mo au plus.
portrait-banner = Bandeau
portrait-banner-help = Large et peu haut : il est coupé en haut et en bas. JPEG, PNG, WebP ou GIF, 16 Mo au plus.
portrait-file = Choisir un fichier
portrait-alt = Description
portrait-alt-help = Ce qu’il faut savoir de l’image quand on ne la voit pas. Vide : elle ne fait que décorer.
portrait-remove = Enlever
portrait-save = Enregistrer
portrait-error-file = Choisissez un fichier.
flash-portrait-saved = Image enregistrée et transmise aux abonnés.
flash-portrait-removed = Image enlevée.
